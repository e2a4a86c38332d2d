// SPDX-License-Identifier: Apache-2.0
#include "decode/via.h"

#include <algorithm>

#include "decode/characters.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

std::string_view take_token(std::string_view& rest) {
  rest = trim_front(rest);
  std::size_t length = 0;
  while (length < rest.size() && kTokenBytes[static_cast<unsigned char>(rest[length])]) ++length;
  const std::string_view token = rest.substr(0, length);
  rest.remove_prefix(length);
  return token;
}

bool take_slash(std::string_view& rest) {
  rest = trim_front(rest);
  if (rest.empty() || rest.front() != '/') return false;
  rest.remove_prefix(1);
  return true;
}

// False when a quote without an end hides what follows.
bool find_branch(std::string_view parameters, Via& via) {
  Parameter parameter;
  while (take_parameter(parameters, parameter)) {
    if (!parameter.closed) return false;
    if (!equals_ignoring_case(parameter.name, "branch")) continue;
    via.branch = parameter.value;
    break;
  }
  return true;
}

}  // namespace

bool decode_via(std::string_view value, Via& via) {
  std::string_view rest = value;
  // White space may stand around each slash.
  if (take_token(rest).empty() || !take_slash(rest)) return false;
  if (take_token(rest).empty() || !take_slash(rest)) return false;
  via.transport = take_token(rest);
  if (via.transport.empty() || rest.empty() || !is_space(rest.front())) return false;

  rest = trim_front(rest);
  if (rest.starts_with('/')) return false;  // a slash too many: no telling where the host begins
  const std::size_t end = std::min(rest.find_first_of(";,"), rest.size());
  via.sent_by = trim_back(rest.substr(0, end));
  rest.remove_prefix(end);
  return !via.sent_by.empty() && find_branch(rest, via);
}

unsigned count_vias(std::string_view value) {
  if (value.find(',') == std::string_view::npos) return 1;
  unsigned count = 1;
  while (take_past_comma(value)) ++count;
  return count;
}

}  // namespace sipsonde
