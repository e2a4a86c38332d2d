// SPDX-License-Identifier: Apache-2.0
#include "measured_packets.h"

#include "call_traffic.h"
#include "sipsonde/event.h"
#include "support/frame_builder.h"
#include "support/tunnel_frames.h"

namespace sipsonde::bench {
namespace {

constexpr std::uint32_t kUdpPayload = 14 + 20 + 8;  // Ethernet, IPv4, UDP
constexpr std::uint32_t kSourceAddress = 14 + 12;
constexpr std::uint32_t kTransactions = 65536;
constexpr std::size_t kSegmentData = 1448;  // of 1500 bytes with timestamps

constexpr double kNonSipBudgetNs = 5, kRtpBudgetNs = 60, kManyStreamsBudgetNs = 250, kInviteBudgetNs = 350,
                 kTcpBudgetNs = 10;  // a wire segment

std::string datagram(std::uint16_t source, std::uint16_t destination, std::string_view payload) {
  return testing::FrameBuilder()
      .ipv4("192.0.2.1", "198.51.100.1")
      .udp(source, destination)
      .payload(payload)
      .bytes();
}

std::string zeros(std::size_t count) {
  return std::string(count, '\0');
}

std::string dns_query() {
  return datagram(40000, 53,
                  std::string("\x1a\x2b\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12) +
                      std::string("\x03www\x07"
                                  "example\x03"
                                  "com\x00\x00\x01\x00\x01",
                                  21));
}

std::string segment(std::uint16_t port, std::string_view data) {
  return testing::FrameBuilder()
      .ipv4("192.0.2.1", "198.51.100.1")
      .tcp(40000, port, 1, SIPSONDE_TCP_ACK)
      .payload(data)
      .bytes();
}

// Version 2, payload type 8, a sequence number, a timestamp, an SSRC, 160 bytes: 20 ms of G.711.
std::string rtp_packet() {
  return datagram(16384, 16386,
                  std::string("\x80\x08\0\1\0\0\0\xa0\x12\x34\x56\x78", 12) + std::string(160, '\x55'));
}

// A report with one block that names the sender report below, then a description (RFC 3550
// sections 6.4.1, 6.5).
std::string rtcp_packet(bool sender) {
  const std::string ssrc = sender ? "\x12\x34\x56\x78" : "\x11\x22\x33\x44";
  const std::string head = sender ? std::string("\x81\xc8\0\x0c", 4) : std::string("\x81\xc9\0\x07", 4);
  const std::string info = sender ? "\xb4\x4d\xb7\x05\x20" + zeros(15) : "";
  const std::string block = "\x12\x34\x56\x78" + zeros(12) + std::string("\xb7\x05\x20\0\0\0\0\0", 8);
  return datagram(
      16385, 16387,
      head + ssrc + info + block + std::string("\x81\xca\0\2", 4) + ssrc + std::string("\1\1x\0", 4));
}

std::string stun_request() {
  return datagram(40000, 3478, std::string("\0\1\0\0\x21\x12\xa4\x42", 8) + std::string(12, '\x07'));
}

std::string options_request() {
  return testing::message(
      {.start = "OPTIONS sip:bob@example.com SIP/2.0",
       .cseq = "1 OPTIONS",
       .extra = "Contact: <sip:alice@192.0.2.1:5060>\r\nUser-Agent: Example Gateway 4.2\r\n"});
}

std::string text_of(Step step) {
  const CallMessages messages("192.0.2.1:5060", "198.51.100.1:5060", 1001);
  std::string text;
  messages.of(step).append(text, 1);
  return text;
}

MeasuredPacket message_row(const std::string& what, const std::string& text, double budget_ns) {
  return {.name = what + ", " + std::to_string(text.size()) + " bytes",
          .frame = datagram(5060, 5060, text),
          .budget_ns = budget_ns,
          .emits = true};
}

// The same with the digits of the top Via's branch varied: no two within the table's memory are alike.
MeasuredPacket distinct_row(const std::string& what, const std::string& text, double budget_ns) {
  MeasuredPacket row = message_row(what, text, budget_ns);
  row.vary = {.number_offset = kUdpPayload + static_cast<std::uint32_t>(text.find("branch=z9hG4bK") + 14),
              .sequence_offset = 0,
              .distinct = kTransactions};
  return row;
}

}  // namespace

std::vector<MeasuredPacket> measured_packets() {
  constexpr std::uint32_t kSequence = kUdpPayload + 2, kSource = kUdpPayload + 8;
  const auto streams = [](const char* name, std::uint32_t count, double budget_ns) {
    return MeasuredPacket{
        .name = name,
        .frame = rtp_packet(),
        .budget_ns = budget_ns,
        .vary = {.number_offset = kSource, .sequence_offset = kSequence, .distinct = count}};
  };
  // Of something else, and judged so in the first round.
  const auto connections = [](const char* name, std::uint32_t count) {
    return MeasuredPacket{.name = name,
                          .frame = segment(443, zeros(kSegmentData)),
                          .budget_ns = kTcpBudgetNs,
                          .vary = {.number_offset = kSourceAddress, .sequence_offset = 0, .distinct = count}};
  };
  return {
      {.name = "UDP, no SIP (DNS query)", .frame = dns_query(), .budget_ns = kNonSipBudgetNs},
      {.name = "TCP without data", .frame = segment(443, {}), .budget_ns = kTcpBudgetNs},
      connections("TCP, one connection", 1),
      connections("TCP, 10 k connections in turn", 10'000),
      {.name = "TCP, a buffer of 45 segments",
       .frame = segment(443, zeros(45 * kSegmentData)),
       .budget_ns = 45 * kTcpBudgetNs},
      streams("RTP, one stream", 1, kRtpBudgetNs),
      streams("RTP, 10 k streams in turn", 10'000, kRtpBudgetNs),
      streams("RTP, 100 k streams in turn", 100'000, kManyStreamsBudgetNs),
      streams("RTP, 1 M streams in turn", 1'000'000, kManyStreamsBudgetNs),
      {.name = "RTCP sender report", .frame = rtcp_packet(true), .emits = true},
      {.name = "RTCP receiver report", .frame = rtcp_packet(false), .emits = true},
      {.name = "STUN binding request", .frame = stun_request()},
      {.name = "UDP to port 4789, no VXLAN", .frame = datagram(40000, 4789, zeros(64))},
      {.name = "VXLAN around UDP, no SIP (DNS query)", .frame = testing::in_vxlan(dns_query())},
      message_row("SIP OPTIONS", options_request(), 0),
      message_row("SIP INVITE repeated", text_of(Step::invite), kInviteBudgetNs),
      {.name = "SIP INVITE over TCP", .frame = segment(5060, text_of(Step::invite)), .emits = true},
      distinct_row("SIP INVITE, 65 k transactions", text_of(Step::invite), kInviteBudgetNs),
      distinct_row("SIP 200 OK, 65 k transactions", text_of(Step::answer), 0),
  };
}

}  // namespace sipsonde::bench
