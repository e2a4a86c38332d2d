// SPDX-License-Identifier: Apache-2.0
#include "decode/name_address.h"

#include "decode/characters.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

constexpr ByteSet kAddressMarks("<;\"");
constexpr ByteSet kListMarks("<;,\"");
constexpr ByteSet kHostEnds(":;? \t\r\n");

// REQUIRES: what follows is host[:port][;parameters][?headers].
std::string_view host_of(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.find(']');
    return close == std::string_view::npos ? std::string_view{} : text.substr(0, close + 1);
  }
  return text.substr(0, kHostEnds.length_until(text));
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
  const ByteSet& marks = is_list ? kListMarks : kAddressMarks;
  std::string_view rest = text;
  while (true) {
    rest.remove_prefix(marks.length_until(rest));
    if (rest.empty() || rest.front() != '"') return text.size() - rest.size();
    take_quoted(rest, balanced);
  }
}

}  // namespace

void decode_uri(std::string_view uri, NameAddress& address) {
  address.uri = uri;
  if (equals_ignoring_case(uri.substr(0, 4), "sip:")) {
    decode_sip_uri(uri.substr(4), address);
  } else if (equals_ignoring_case(uri.substr(0, 5), "sips:")) {
    decode_sip_uri(uri.substr(5), address);
  } else if (equals_ignoring_case(uri.substr(0, 4), "tel:")) {
    address.user = uri.substr(4, uri.find(';') - 4);
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
