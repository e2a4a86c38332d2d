// SPDX-License-Identifier: Apache-2.0
#include "registrations/contact_uri.h"

#include <algorithm>
#include <array>

#include "decode/characters.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

// With more of them only the same text is the same contact: nobody makes us compare hundreds with hundreds.
constexpr int kParametersCompared = 8;

constexpr std::array<std::string_view, 5> kNeverIgnored = {"user", "ttl", "method", "maddr", "transport"};

struct Parts {
  std::string_view scheme;
  std::string_view user;   // with its password
  std::string_view place;  // host and port
  std::string_view parameters;
  std::string_view headers;
};

Parts parts_of(std::string_view uri) {
  Parts parts;
  if (const auto colon = uri.find(':'); colon != std::string_view::npos) {
    parts.scheme = take(uri, colon);
    uri.remove_prefix(1);
  }
  if (const auto at = uri.find('@'); at != std::string_view::npos) {
    parts.user = take(uri, at);
    uri.remove_prefix(1);
  }
  if (const auto mark = uri.find('?'); mark != std::string_view::npos) {
    parts.headers = uri.substr(mark);
    uri = uri.substr(0, mark);
  }
  parts.place = take(uri, std::min(uri.find(';'), uri.size()));
  parts.parameters = uri;
  return parts;
}

// Every parameter of `some` is in `others` with the same value, or does not matter.
bool parameters_fit(std::string_view some, std::string_view others) {
  Parameter parameter;
  for (int count = 0; take_parameter(some, parameter); ++count) {
    if (count == kParametersCompared) return false;
    std::string_view rest = others;
    Parameter other;
    bool found = false;
    for (int seen = 0; !found && take_parameter(rest, other); ++seen) {
      if (seen == kParametersCompared) return false;
      found = equals_ignoring_case(parameter.name, other.name);
    }
    if (found && !equals_ignoring_case(parameter.value, other.value)) return false;
    const auto is_its_name = [&](std::string_view name) {
      return equals_ignoring_case(name, parameter.name);
    };
    if (!found && std::ranges::any_of(kNeverIgnored, is_its_name)) return false;
  }
  return true;
}

}  // namespace

bool same_contact(std::string_view one, std::string_view other) {
  if (one == other) return true;
  const Parts a = parts_of(one);
  const Parts b = parts_of(other);
  return equals_ignoring_case(a.scheme, b.scheme) && a.user == b.user &&
         equals_ignoring_case(a.place, b.place) && a.headers == b.headers &&
         parameters_fit(a.parameters, b.parameters) && parameters_fit(b.parameters, a.parameters);
}

}  // namespace sipsonde
