// SPDX-License-Identifier: Apache-2.0
#include "decode/via.h"

#include "decode/characters.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

std::string_view take_token(std::string_view& rest) {
  rest = trim_front(rest);
  return take(rest, kTokenBytes.length_while(rest));
}

bool take_slash(std::string_view& rest) {
  rest = trim_front(rest);
  if (rest.empty() || rest.front() != '/') return false;
  rest.remove_prefix(1);
  return true;
}

// "SIP/2.0/": as nearly everybody writes it, or with white space around each slash.
bool take_protocol(std::string_view& rest) {
  if (rest.starts_with("SIP/2.0/")) {
    rest.remove_prefix(8);
    return true;
  }
  if (take_token(rest).empty() || !take_slash(rest)) return false;
  return !take_token(rest).empty() && take_slash(rest);
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
  if (!take_protocol(rest)) return false;
  via.transport = take_token(rest);
  if (via.transport.empty() || rest.empty() || !is_space(rest.front())) return false;

  rest = trim_front(rest);
  if (rest.starts_with('/')) return false;  // a slash too many: no telling where the host begins
  via.sent_by = trim_back(take(rest, kValueSeparators.length_until(rest)));
  return !via.sent_by.empty() && find_branch(rest, via);
}

unsigned count_vias(std::string_view value) {
  if (value.find(',') == std::string_view::npos) return 1;
  unsigned count = 1;
  while (take_past_comma(value)) ++count;
  return count;
}

}  // namespace sipsonde
