// SPDX-License-Identifier: Apache-2.0
// Where a packet came from or went to: an address and a port, kept binary until somebody prints it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sipsonde {

// IPv4 is v4-mapped (RFC 4291 section 2.5.5.2), network order.
using Address = std::array<std::uint8_t, 16>;

struct Endpoint {
  Address address{};
  std::uint16_t port = 0;  // host order

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

bool is_ipv4(const Address& address);

// 0.0.0.0 or ::, and 224.0.0.0/4 or ff00::/8: addresses that no host has.
bool is_unspecified(const Address& address);
bool is_multicast(const Address& address);

// "192.0.2.1" or "2001:db8::1", nothing around it; nullopt for any other text, names of hosts included.
std::optional<Address> address_of(std::string_view text);

// "192.0.2.1" or "2001:db8::1" (RFC 5952).
std::string to_text(const Address& address);

// "192.0.2.1:5060" or "[2001:db8::1]:5060". `append_text` writes the same without an allocation of its own.
std::string to_text(const Endpoint& endpoint);
void append_text(std::string& out, const Endpoint& endpoint);

}  // namespace sipsonde

template <>
struct std::hash<sipsonde::Endpoint> {
  std::size_t operator()(const sipsonde::Endpoint& endpoint) const noexcept;
};
