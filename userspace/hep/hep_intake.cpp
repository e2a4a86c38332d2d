// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_intake.h"

#include <algorithm>

#include "base/hash.h"
#include "hep/hep_transport.h"

namespace sipsonde {
namespace {

sipsonde_event head_of(const HepPacket& packet, sipsonde_transport transport) {
  sipsonde_event head{};
  head.payload_len = static_cast<std::uint32_t>(packet.payload.size());
  head.wire_len = head.payload_len;
  head.src_port = packet.source.port;
  head.dst_port = packet.destination.port;
  head.vlan_id = packet.vlan_id;
  head.kind = SIPSONDE_KIND_sip;
  head.transport = static_cast<std::uint8_t>(transport);
  head.path = SIPSONDE_PATH_reassembled;  // no hook of ours saw the packet that it came in
  std::ranges::copy(packet.source.address, head.src_addr);
  std::ranges::copy(packet.destination.address, head.dst_addr);
  return head;
}

HepResult result_of(HepFault fault) {
  return fault == HepFault::old_version ? HepResult::refused : HepResult::malformed;
}

}  // namespace

HepIntake::HepIntake(HandBack hand_back, std::uint32_t slot, const std::vector<Network>& local_networks,
                     HepCounts& counts)
    : hand_back_(std::move(hand_back)), slot_(slot), local_networks_(local_networks), counts_(counts) {}

void HepIntake::take(std::string_view bytes, const Address& sender, const HepArrival& now) {
  HepPacket packet;
  const HepFault fault = decode_hep(bytes, packet);
  counts_.count(fault == HepFault::none ? judge(packet, sender, now) : result_of(fault));
}

HepResult HepIntake::judge(const HepPacket& packet, const Address& sender, const HepArrival& now) {
  if (packet.protocol != HepProtocol::sip || packet.compressed) return HepResult::other;
  const auto transport = transport_of(packet.ip_protocol, packet.payload);
  if (!transport) return HepResult::other;
  const HepEventTime time = event_time_of(packet.time, now);

  sipsonde_hand_back message{};
  message.head = head_of(packet, *transport);
  message.head.time_ns = time.time_ns;
  message.head.ifindex = interface_of_sender(sender, packet.capture_id);
  message.head.flow = is_local(packet.source.address) ? SIPSONDE_FLOW_egress : SIPSONDE_FLOW_ingress;
  message.payload = reinterpret_cast<std::uint64_t>(packet.payload.data());
  message.slot = slot_;
  message.operation = SIPSONDE_HAND_BACK_COUNT;
  if (!hand_back_(message)) return HepResult::other;
  if (time.fault) counts_.count(*time.fault);
  // What is malformed moves no call. A ring that is full refuses the others, which the kernel counts.
  if (message.head.judgement != SIPSONDE_JUDGED_malformed) {
    message.operation = SIPSONDE_HAND_BACK_EMIT;
    hand_back_(message);
  }
  return HepResult::sip;
}

bool HepIntake::is_local(const Address& address) const {
  return std::ranges::any_of(local_networks_,
                             [&address](const Network& network) { return network.contains(address); });
}

std::uint32_t interface_of_sender(const Address& sender, std::uint32_t capture_id) {
  const std::string_view bytes(reinterpret_cast<const char*>(sender.data()), sender.size());
  return static_cast<std::uint32_t>(hash_bytes(bytes, capture_id)) | 0x8000'0000u;
}

}  // namespace sipsonde
