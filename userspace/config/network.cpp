// SPDX-License-Identifier: Apache-2.0
#include "config/network.h"

#include <charconv>

#include "config/values.h"

namespace sipsonde {
namespace {

constexpr std::uint8_t kMappedBits = 96;  // of a v4-mapped address, RFC 4291 section 2.5.5.2

// The mask of byte `index` under a prefix of `bits`.
std::uint8_t mask_byte(unsigned bits, std::size_t index) {
  const unsigned before = static_cast<unsigned>(index) * 8;
  if (bits >= before + 8) return 0xff;
  if (bits <= before) return 0;
  return static_cast<std::uint8_t>(0xff00u >> (bits - before));
}

Address masked(Address address, unsigned bits) {
  for (std::size_t i = 0; i < address.size(); ++i) address[i] &= mask_byte(bits, i);
  return address;
}

Result<unsigned> parse_prefix(std::string_view digits, unsigned most) {
  unsigned bits = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (problem != std::errc{} || end != digits.data() + digits.size() || bits > most)
    return Error{"prefix " + in_quotes(digits) + " is out of range; use 0 to " + std::to_string(most), 2};
  return bits;
}

}  // namespace

bool Network::contains(const Address& candidate) const {
  // Short IPv6 prefixes such as ::/0 cover the v4-mapped range by their bits; nobody who writes one means
  // IPv4.
  if (prefix_bits < kMappedBits && is_ipv4(candidate)) return false;
  for (std::size_t i = 0; i < address.size(); ++i) {
    const std::uint8_t mask = mask_byte(prefix_bits, i);
    if ((candidate[i] & mask) != (address[i] & mask)) return false;
  }
  return true;
}

Result<Address> parse_address(std::string_view text) {
  if (const auto address = address_of(text)) return *address;
  return Error{in_quotes(text) + " is no IP address; write one such as 192.0.2.7 or 2001:db8::7", 2};
}

Result<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address)
    return Error{in_quotes(text) + " is no network; write one such as 192.0.2.0/24 or 2001:db8::/32", 2};

  const unsigned offset = is_ipv4(*address) && text.find(':') == text.npos ? kMappedBits : 0;
  unsigned bits = 128 - offset;
  if (slash != text.npos) {
    const auto prefix = parse_prefix(text.substr(slash + 1), bits);
    if (!prefix) return in_context(in_quotes(text), prefix.error());
    bits = *prefix;
  }
  const Network network{masked(*address, offset + bits), static_cast<std::uint8_t>(offset + bits)};
  if (network.address != *address)
    return Error{in_quotes(text) + " has bits set behind its prefix; write " + to_text(network), 2};
  return network;
}

std::string to_text(const Network& network) {
  const bool ipv4 = is_ipv4(network.address) && network.prefix_bits >= kMappedBits;
  return to_text(network.address) + "/" + std::to_string(network.prefix_bits - (ipv4 ? kMappedBits : 0));
}

bool is_loopback(const Address& address) {
  if (is_ipv4(address)) return address[12] == 127;
  Address one{};
  one[15] = 1;
  return address == one;
}

}  // namespace sipsonde
