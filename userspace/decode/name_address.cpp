// SPDX-License-Identifier: Apache-2.0
#include "decode/name_address.h"

#include "decode/characters.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

// REQUIRES: what follows is host[:port][;parameters][?headers].
std::string_view host_of(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.find(']');
    return close == std::string_view::npos ? std::string_view{} : text.substr(0, close + 1);
  }
  std::size_t length = 0;
  while (length < text.size()) {
    const char c = text[length];
    if (c == ':' || c == ';' || c == '?' || is_space(c)) break;
    ++length;
  }
  return text.substr(0, length);
}

void decode_sip_uri(std::string_view after_scheme, NameAddress& address) {
  const std::size_t at = after_scheme.find('@');
  if (at == std::string_view::npos) {
    address.host = host_of(after_scheme);
    return;
  }
  const std::string_view user_info = after_scheme.substr(0, at);
  address.user = user_info.substr(0, user_info.find(':'));
  address.host = host_of(after_scheme.substr(at + 1));
}

// Where a name-addr opens its bracket, or where an addr-spec ends.
std::size_t find_address_mark(std::string_view text, bool is_list, bool& balanced) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const char c = rest.front();
    if (c == '<' || c == ';' || (is_list && c == ',')) break;
    if (c == '"') {
      take_quoted(rest, balanced);
    } else {
      rest.remove_prefix(1);
    }
  }
  return text.size() - rest.size();
}

}  // namespace

void decode_uri(std::string_view uri, NameAddress& address) {
  address.uri = uri;
  const std::size_t colon = uri.substr(0, 5).find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view scheme = uri.substr(0, colon);
  const std::string_view rest = uri.substr(colon + 1);
  if (equals_ignoring_case(scheme, "sip") || equals_ignoring_case(scheme, "sips")) {
    decode_sip_uri(rest, address);
  } else if (equals_ignoring_case(scheme, "tel")) {
    address.user = rest.substr(0, rest.find(';'));
  }
}

NameAddress take_name_address(std::string_view& rest, bool is_list) {
  NameAddress address;
  bool balanced = true;
  const std::size_t mark = find_address_mark(rest, is_list, balanced);
  const std::string_view before = rest.substr(0, mark);
  rest.remove_prefix(mark);
  if (!balanced) return address;
  if (rest.empty() || rest.front() != '<') {
    decode_uri(trim(before), address);
    return address;
  }
  const std::size_t close = rest.find('>');
  if (close == std::string_view::npos) {
    rest = {};
    return address;
  }
  decode_uri(trim(rest.substr(1, close - 1)), address);
  rest.remove_prefix(close + 1);
  return address;
}

}  // namespace sipsonde
