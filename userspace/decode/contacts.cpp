// SPDX-License-Identifier: Apache-2.0
#include "decode/contacts.h"

#include "decode/characters.h"
#include "decode/header_name.h"
#include "decode/name_address.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

constexpr std::uint32_t kMalformedExpires = 3600;

std::optional<std::uint32_t> expires_of(std::string_view parameters) {
  const std::string_view text = find_parameter(parameters, "expires");
  if (text.empty()) return std::nullopt;
  return decode_number(text).value_or(kMalformedExpires);
}

}  // namespace

bool ContactWalk::take(ContactValue& value) {
  while (true) {
    while (trim_front(rest_).empty()) {
      HeaderLine line;
      if (!lines_.take(line)) return false;
      if (header_name_of(line.name) == HeaderName::contact) rest_ = line.value;
    }
    const NameAddress address = take_name_address(rest_, true);
    const std::string_view parameters = rest_;
    if (!take_past_comma(rest_)) rest_ = {};
    if (address.uri.empty() || address.uri == "*") continue;
    value = {address.uri, expires_of(parameters)};
    return true;
  }
}

}  // namespace sipsonde
