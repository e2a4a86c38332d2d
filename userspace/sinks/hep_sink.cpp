// SPDX-License-Identifier: Apache-2.0
#include "sinks/hep_sink.h"

#include <algorithm>

#include "sinks/hep_json.h"

namespace sipsonde {
namespace {

constexpr std::size_t kDatagramMax = 65507;  // over IPv4
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;

// HEP has no number for TLS and WebSocket: what is on the wire is TCP.
std::uint8_t ip_protocol_of(sipsonde_transport transport) {
  return transport == SIPSONDE_TRANSPORT_udp ? kUdp : kTcp;
}

// Receivers put it into JSON as it is.
std::string plain(std::string text) {
  std::erase_if(text, [](char c) { return c < 0x20 || c > 0x7e || c == '"' || c == '\\'; });
  return text;
}

}  // namespace

HepSink::HepSink(const HepOut& settings, std::string node, std::unique_ptr<HepSender> sender)
    : settings_(settings),
      agent_(plain(settings.agent_id.empty() ? std::move(node) : settings.agent_id)),
      sender_(std::move(sender)) {}

bool HepSink::takes(const Fact& fact) const {
  if (const auto* record = std::get_if<CallRecord>(&fact))
    return std::ranges::any_of(record->media,
                               [](const MediaRecord& stream) { return stream.mos.has_value(); });
  return std::holds_alternative<Message>(fact) || std::holds_alternative<RtcpReport>(fact);
}

Result<Done> HepSink::reopen() {
  sender_->disconnect();
  return Done{};
}

Result<std::size_t> HepSink::write(std::span<const Fact> batch) {
  if (begun_ != batch.data()) make_all(batch);
  const HepSent sent = sender_->send(std::span<const HepPiece>(pieces_).subspan(sent_));
  sent_ += sent.packets;
  if (sent.error) return *sent.error;
  begun_ = nullptr;
  return pieces_.size();
}

void HepSink::make_all(std::span<const Fact> batch) {
  heads_.clear();
  texts_.clear();
  made_.clear();
  pieces_.clear();
  sent_ = 0;
  begun_ = batch.data();
  for (const Fact& fact : batch) make(fact);
  const std::string_view heads = heads_, texts = texts_;
  for (const Made& one : made_)
    pieces_.push_back(
        {heads.substr(one.head_begin, one.head_end - one.head_begin),
         one.payload.empty() ? texts.substr(one.text_begin, one.text_end - one.text_begin) : one.payload});
}

void HepSink::make(const Fact& fact) {
  if (const auto* message = std::get_if<Message>(&fact)) return make_message(*message);
  if (const auto* report = std::get_if<RtcpReport>(&fact)) return make_report(*report);
  if (const auto* record = std::get_if<CallRecord>(&fact)) make_mos(*record);
}

HepPacket HepSink::packet_at(std::uint64_t time_ns, const Endpoint& source,
                             const Endpoint& destination) const {
  HepPacket packet;
  packet.ip_protocol = kUdp;
  packet.source = source;
  packet.destination = destination;
  packet.time = HepTime{static_cast<std::uint32_t>(time_ns / kSecond),
                        static_cast<std::uint32_t>(time_ns % kSecond / 1000)};
  packet.capture_id = settings_.capture_id;
  packet.agent_name = agent_;
  packet.key = settings_.password;
  return packet;
}

void HepSink::make_message(const Message& message) {
  HepPacket packet = packet_at(message.time_ns, message.source, message.destination);
  packet.ip_protocol = ip_protocol_of(message.transport);
  packet.protocol = HepProtocol::sip;
  packet.correlation_id = message.call_id;
  packet.vlan_id = message.vlan_id;
  packet.payload = message.bytes;
  add(packet, texts_.size());
}

void HepSink::make_report(const RtcpReport& report) {
  const std::size_t begin = texts_.size();
  append_rtcp_json(texts_, report);
  HepPacket packet = packet_at(report.time_ns, report.source, report.destination);
  packet.protocol = HepProtocol::rtcp_json;
  packet.correlation_id = report.call_id;
  add(packet, begin);
}

void HepSink::make_mos(const CallRecord& record) {
  for (const MediaRecord& stream : record.media) {
    if (!stream.mos || stream.source != MediaSource::rtp) continue;
    const std::size_t begin = texts_.size();
    append_mos_json(texts_, record, stream);
    HepPacket packet =
        packet_at(record.end_ns.value_or(0), stream.source_address, stream.destination_address);
    packet.protocol = HepProtocol::mos_report;
    packet.correlation_id = record.call_id;
    add(packet, begin);
  }
}

// What is larger than a packet can be is cut at its end: receivers read a message by its beginning.
void HepSink::add(HepPacket packet, std::size_t text_begin) {
  const std::size_t most = settings_.transport == HepOut::Transport::udp ? kDatagramMax : kHepPacketMax;
  const std::size_t text_bytes = texts_.size() - text_begin;
  HepPacket without = packet;
  without.payload = {};
  const std::size_t head_bytes = hep_size(without);
  if (head_bytes >= most) return;
  const std::size_t payload_bytes =
      std::min(most - head_bytes, text_bytes ? text_bytes : packet.payload.size());
  const std::size_t head_begin = heads_.size();
  append_hep_head(heads_, packet, payload_bytes);
  made_.push_back({head_begin, heads_.size(), text_begin, text_begin + payload_bytes,
                   text_bytes ? std::string_view{} : packet.payload.substr(0, payload_bytes)});
}

}  // namespace sipsonde
