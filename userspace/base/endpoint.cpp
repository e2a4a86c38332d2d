// SPDX-License-Identifier: Apache-2.0
#include "base/endpoint.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace sipsonde {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

void append_number(std::string& out, unsigned number) {
  char digits[8];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_address(std::string& out, const Address& address) {
  if (is_ipv4(address)) {
    for (int i = 12; i < 16; ++i) {
      if (i > 12) out.push_back('.');
      append_number(out, address[static_cast<std::size_t>(i)]);
    }
    return;
  }
  char text[INET6_ADDRSTRLEN];
  out.append(inet_ntop(AF_INET6, address.data(), text, sizeof text));
}

}  // namespace

bool is_ipv4(const Address& address) {
  return std::memcmp(address.data(), kMappedPrefix.data(), kMappedPrefix.size()) == 0;
}

bool is_unspecified(const Address& address) {
  const std::size_t first = is_ipv4(address) ? kMappedPrefix.size() : 0;
  return std::all_of(address.begin() + first, address.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool is_multicast(const Address& address) {
  return is_ipv4(address) ? address[12] >> 4 == 0xe : address[0] == 0xff;
}

std::optional<Address> address_of(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated || text.find('\0') != text.npos) return std::nullopt;
  terminated[text.copy(terminated, sizeof terminated)] = '\0';
  Address address{};
  if (text.find(':') != text.npos) {
    if (inet_pton(AF_INET6, terminated, address.data()) != 1) return std::nullopt;
    return address;
  }
  if (inet_pton(AF_INET, terminated, address.data() + kMappedPrefix.size()) != 1) return std::nullopt;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin());
  return address;
}

std::string to_text(const Address& address) {
  std::string out;
  append_address(out, address);
  return out;
}

void append_text(std::string& out, const Endpoint& endpoint) {
  const bool bracketed = !is_ipv4(endpoint.address);
  if (bracketed) out.push_back('[');
  append_address(out, endpoint.address);
  if (bracketed) out.push_back(']');
  out.push_back(':');
  append_number(out, endpoint.port);
}

std::string to_text(const Endpoint& endpoint) {
  std::string out;
  append_text(out, endpoint);
  return out;
}

}  // namespace sipsonde

std::size_t std::hash<sipsonde::Endpoint>::operator()(const sipsonde::Endpoint& endpoint) const noexcept {
  std::uint64_t words[2];
  std::memcpy(words, endpoint.address.data(), sizeof words);
  std::uint64_t mixed = (words[0] ^ (words[1] * 0x9e3779b97f4a7c15ULL)) + endpoint.port;
  mixed ^= mixed >> 32;
  mixed *= 0xd6e8feb86659fd93ULL;
  return mixed ^ (mixed >> 32);
}
