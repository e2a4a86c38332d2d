// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_transport.h"

#include <algorithm>

#include "decode/sip_message.h"

namespace sipsonde {
namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint8_t kXnsIdp = 22;  // IPPROTO_IDP
constexpr std::uint8_t kEsp = 50;     // IPPROTO_ESP

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower,
                            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

// Of the transports that go over TCP; nothing when the Via names none of them.
std::optional<sipsonde_transport> transport_of_top_via(std::string_view message) {
  SipMessage sip;
  (void)decode_sip(message, false, sip);  // what is broken elsewhere is judged elsewhere
  constexpr std::pair<std::string_view, sipsonde_transport> kNames[] = {
      {"tls", SIPSONDE_TRANSPORT_tls}, {"ws", SIPSONDE_TRANSPORT_ws}, {"wss", SIPSONDE_TRANSPORT_wss}};
  for (const auto& [name, transport] : kNames)
    if (equals_ignoring_case(sip.via.transport, name)) return transport;
  return std::nullopt;
}

}  // namespace

std::optional<sipsonde_transport> transport_of(std::uint8_t ip_protocol, std::string_view message) {
  switch (ip_protocol) {
    case kUdp:
      return SIPSONDE_TRANSPORT_udp;
    case kTcp:
      return transport_of_top_via(message).value_or(SIPSONDE_TRANSPORT_tcp);
    case kXnsIdp:
      return transport_of_top_via(message).value_or(SIPSONDE_TRANSPORT_tls);
    case kEsp:
      return transport_of_top_via(message).value_or(SIPSONDE_TRANSPORT_ws);
    default:
      return std::nullopt;
  }
}

}  // namespace sipsonde
