// SPDX-License-Identifier: Apache-2.0
#include "stir/identity.h"

#include <algorithm>

#include "decode/characters.h"
#include "decode/header_name.h"
#include "decode/header_walk.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

constexpr ByteSet kNameEnds("=; \t\r\n");
constexpr ByteSet kValueEnds("; \t\r\n");

// A URI in < >, a quoted string, or plain text. Unlike elsewhere a value may begin with a bracket, in which
// every separator may stand.
std::string_view take_value(std::string_view& rest) {
  if (rest.starts_with('<')) {
    rest.remove_prefix(1);
    const std::string_view uri = take(rest, std::min(rest.find('>'), rest.size()));
    if (!rest.empty()) rest.remove_prefix(1);
    return trim(uri);
  }
  if (rest.starts_with('"')) {
    bool closed = false;
    return take_quoted(rest, closed);
  }
  return take(rest, kValueEnds.length_until(rest));
}

void decode_identity_parameters(std::string_view rest, Identity& identity) {
  while (true) {
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    if (rest.empty()) return;
    rest = trim_front(rest.substr(1));
    const std::string_view name = take(rest, kNameEnds.length_until(rest));
    rest = trim_front(rest);
    if (!rest.starts_with('=')) continue;
    rest = trim_front(rest.substr(1));
    const std::string_view value = take_value(rest);
    if (equals_ignoring_case(name, "info")) identity.info = value;
    if (equals_ignoring_case(name, "alg")) identity.algorithm = value;
    if (equals_ignoring_case(name, "ppt")) identity.extension = value;
  }
}

void append_identities(std::string_view list, Identities& found) {
  bool more = true;
  while (more && found.count < kIdentitiesMax) {
    std::string_view rest = list;
    more = take_past_comma(rest);
    const std::string_view value = list.substr(0, list.size() - rest.size() - (more ? 1 : 0));
    found.values[found.count++] = decode_identity(value);
    list = rest;
  }
}

}  // namespace

Identity decode_identity(std::string_view value) {
  Identity identity;
  const std::size_t parameters = std::min(value.find(';'), value.size());
  decode_identity_parameters(value.substr(parameters), identity);

  std::string_view token = trim(value.substr(0, parameters));
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos) return identity;
  identity.header = token.substr(0, first);
  identity.payload = token.substr(first + 1, second - first - 1);
  identity.signature = token.substr(second + 1);
  identity.readable = identity.header.empty() == identity.payload.empty() && !identity.signature.empty();
  return identity;
}

Identities identities_of(const SipMessage& sip) {
  Identities found;
  if (sip.identity_count == 1) append_identities(sip.identity, found);
  if (sip.identity_count < 2) return found;
  HeaderWalk walk(sip.headers, false);
  HeaderLine line;
  while (found.count < kIdentitiesMax && walk.take(line))
    if (header_name_of(line.name) == HeaderName::identity) append_identities(line.value, found);
  return found;
}

}  // namespace sipsonde
