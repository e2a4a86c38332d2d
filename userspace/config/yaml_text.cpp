// SPDX-License-Identifier: Apache-2.0
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

// Safe in block and flow context, and no number, boolean or null that another YAML reader would see in it:
// a colon (base 60, keys) and a digit or dot in front are quoted.
bool is_plain(std::string_view value) {
  constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/_";
  constexpr std::string_view kRest = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/_0123456789-.";
  constexpr std::string_view kWords[] = {"null", "Null",  "NULL", "true",  "false", "yes", "no", "on",
                                         "True", "False", "TRUE", "FALSE", "Yes",   "No",  "On", "YES",
                                         "NO",   "ON",    "y",    "n",     "Y",     "N"};
  if (value.empty() || kFirst.find(value.front()) == kFirst.npos) return false;
  if (value.find_first_not_of(kRest) != value.npos) return false;
  for (const std::string_view word : kWords)
    if (value == word) return false;
  return true;
}

}  // namespace

std::string yaml_text(std::string_view value) {
  if (is_plain(value)) return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out.push_back('\\');
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out.push_back(c);  // no other control character comes in: see document.h
    }
  }
  out.push_back('"');
  return out;
}

std::string yaml_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ", ";
    out += item;
  }
  return out + "]";
}

}  // namespace sipsonde
