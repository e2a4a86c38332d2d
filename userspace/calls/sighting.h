// SPDX-License-Identifier: Apache-2.0
// One SIP message as this node saw it pass: what it says, when and between whom. Lives as long as its bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/endpoint.h"
#include "decode/sip_message.h"

namespace sipsonde {

struct Sighting {
  const SipMessage* sip = nullptr;
  std::uint64_t time_ns = 0;  // hook time; all call logic runs on it
  Endpoint source;
  Endpoint destination;
  sipsonde_flow flow = SIPSONDE_FLOW_ingress;
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  std::uint32_t interface = 0;
  std::uint16_t vlan_id = 0;
  std::array<std::uint8_t, SIPSONDE_TUNNELS_DEEP> tunnel = {};  // enum sipsonde_tunnel, the outermost first
  std::uint32_t call_hash = 0;  // by which the kernel chooses the worker; 0: unknown
};

}  // namespace sipsonde
