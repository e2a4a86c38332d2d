// SPDX-License-Identifier: Apache-2.0
#include "stir/asserted_identity.h"

#include "decode/header_name.h"
#include "decode/header_walk.h"
#include "decode/name_address.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

void append(std::string_view list, AssertedIdentities& found) {
  AssertedIdentity& next = found.values[found.count++];
  next.address = take_name_address(list, true);
  next.rest = list;
}

std::string_view second_line_of(const SipMessage& sip) {
  HeaderWalk walk(sip.headers, false);
  HeaderLine line;
  unsigned lines = 0;
  while (walk.take(line))
    if (header_name_of(line.name) == HeaderName::asserted_identity && ++lines == 2) return line.value;
  return {};
}

}  // namespace

AssertedIdentities asserted_identities_of(const SipMessage& sip) {
  AssertedIdentities found;
  if (sip.asserted_identity_count == 0) return found;
  found.values[found.count++] = {sip.asserted_identity, sip.asserted_identity_rest};
  std::string_view second = sip.asserted_identity_rest;
  if (!take_past_comma(second))
    second = sip.asserted_identity_count > 1 ? second_line_of(sip) : std::string_view{};
  if (!second.empty()) append(second, found);
  return found;
}

}  // namespace sipsonde
