// SPDX-License-Identifier: Apache-2.0
#include "flows/start_line.h"

#include <algorithm>

#include "base/labels.h"
#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr std::size_t kMethodMax = 32;  // no method of the registry has more than 9 letters
constexpr ByteSet kVersionBytes("0123456789.");

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool begins_with_sip(std::string_view text) {
  return equals_ignoring_case(text.substr(0, 4), "sip/");
}

bool is_status_line(std::string_view line) {
  return equals_ignoring_case(line.substr(0, 8), "sip/2.0 ") && line.size() >= 11 && is_digit(line[8]) &&
         is_digit(line[9]) && is_digit(line[10]) && (line.size() == 11 || line[11] == ' ');
}

// "SIP/2.0", in any version.
bool is_version(std::string_view word) {
  return word.size() > 4 && begins_with_sip(word) &&
         kVersionBytes.length_while(word.substr(4)) == word.size() - 4;
}

std::string_view method_text(std::string_view line) {
  return line.substr(0, kTokenBytes.length_while(line.substr(0, kMethodMax + 1)));
}

bool is_request_line(std::string_view line) {
  const std::string_view method = method_text(line);
  if (method.empty() || method.size() > kMethodMax || line.size() == method.size()) return false;
  const std::string_view rest = line.substr(method.size());
  const std::size_t last = rest.rfind(' ');
  if (rest[0] != ' ' || last < 2 || !is_version(rest.substr(last + 1))) return false;
  const std::string_view uri = rest.substr(1, last - 1);
  return uri != "*" && uri.find(' ') == std::string_view::npos;
}

}  // namespace

bool is_sip_start_line(std::string_view line) {
  line = without_line_end(line);
  return is_status_line(line) || is_request_line(line);
}

bool is_broken_start_line(std::string_view line) {
  line = without_line_end(line);
  if (begins_with_sip(line)) return true;
  const std::string_view method = method_text(line);
  if (method_of(method) == SIPSONDE_METHOD_other || line.size() == method.size()) return false;
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  return line[method.size()] == ' ' && !version.starts_with("HTTP/") && !version.starts_with("RTSP/");
}

bool may_become_start_line(std::string_view text) {
  if (begins_with_sip(text)) return true;
  const std::string_view method = method_text(text);
  const bool has_method = text.size() > method.size() ? !method.empty() && text[method.size()] == ' ' : true;
  const std::string_view sip = "sip/";
  const bool may_be_version = equals_ignoring_case(text, sip.substr(0, std::min(text.size(), sip.size())));
  const bool has_control =
      std::ranges::any_of(without_line_end(text), [](char c) { return static_cast<unsigned char>(c) < ' '; });
  return (may_be_version || (has_method && method.size() <= kMethodMax)) && !has_control;
}

bool is_header_line(std::string_view line) {
  const std::size_t name = kTokenBytes.length_while(line);
  if (name == 0) return false;
  const std::string_view rest = line.substr(name);
  const std::size_t blank = rest.find_first_not_of(" \t");
  return blank != std::string_view::npos && rest[blank] == ':';
}

}  // namespace sipsonde
