// SPDX-License-Identifier: Apache-2.0
// A table of connections, and two hosts that send segments of one through it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flows/flow_table.h"

namespace sipsonde {

inline constexpr std::uint64_t kFlowSecond = 1'000'000'000;

// As the table hands it out; the bytes outlive it.
struct TakenMessage {
  sipsonde_event head;
  std::string bytes;
};

struct TakenJudgement {
  std::uint32_t slot;
  std::uint64_t key;
  sipsonde_flow_judgement judgement;
  friend bool operator==(const TakenJudgement&, const TakenJudgement&) = default;
};

class FlowBench {
 public:
  explicit FlowBench(std::uint64_t limit_bytes = 16 << 20)
      : table(
            limit_bytes,
            [this](const Datagram& message) {
              taken.push_back({message.head, std::string(message.payload)});
              last_payload = message.payload.data();
            },
            [this](std::uint32_t slot, std::uint64_t key, sipsonde_flow_judgement judgement) {
              judgements.push_back({slot, key, judgement});
            }) {}

  std::vector<std::string> messages() const {
    std::vector<std::string> all;
    for (const TakenMessage& message : taken) all.push_back(message.bytes);
    return all;
  }

  std::uint64_t segments() const {
    std::uint64_t sum = 0;
    for (int result = 0; result < kSegmentResultCount; ++result)
      sum += table.count(static_cast<SegmentResult>(result));
    return sum;
  }

  std::uint64_t breaks() const {
    std::uint64_t sum = 0;
    for (int reason = 0; reason < kStreamBreakCount; ++reason)
      sum += table.count(static_cast<StreamBreak>(reason));
    return sum;
  }

  std::vector<TakenMessage> taken;
  std::vector<TakenJudgement> judgements;
  const char* last_payload = nullptr;
  FlowTable table;
};

// One side of a connection: what it sends carries the next sequence number.
class FlowHost {
 public:
  FlowHost(FlowBench& bench, bool is_client, std::uint32_t first = 1000) : bench_(bench), sequence(first) {
    head.ifindex = 2;
    head.kind = SIPSONDE_KIND_segment;
    head.flow = is_client ? SIPSONDE_FLOW_ingress : SIPSONDE_FLOW_egress;
    head.transport = SIPSONDE_TRANSPORT_tcp;
    head.time_ns = kFlowSecond;
    head.call_hash = 77;
    address(is_client ? head.src_addr : head.dst_addr, 9);
    address(is_client ? head.dst_addr : head.src_addr, 1);
    (is_client ? head.src_port : head.dst_port) = 40000;
    (is_client ? head.dst_port : head.src_port) = 5060;
    note.flow_slot = 5;
    note.flow_key = 55;
    note.judgement = SIPSONDE_FLOW_JUDGED_sip;
  }

  FlowHost& at(std::uint64_t time_ns) {
    head.time_ns = time_ns;
    return *this;
  }

  FlowHost& send(std::string_view data, std::uint8_t flags = SIPSONDE_TCP_ACK) {
    send_at(sequence, data, flags);
    sequence +=
        static_cast<std::uint32_t>(data.size()) + (flags & (SIPSONDE_TCP_SYN | SIPSONDE_TCP_FIN) ? 1 : 0);
    return *this;
  }

  FlowHost& send_at(std::uint32_t number, std::string_view data, std::uint8_t flags = SIPSONDE_TCP_ACK,
                    std::uint32_t cut_bytes = 0) {
    // A copy of its own, so that the address sanitizer sees who reads it later.
    segment.assign(data.begin(), data.end());
    segment.shrink_to_fit();
    note.sequence = number;
    note.flags = flags;
    head.payload_len = static_cast<std::uint32_t>(sizeof note + data.size());
    head.wire_len = static_cast<std::uint32_t>(data.size()) + cut_bytes;
    head.flags = cut_bytes > 0 ? SIPSONDE_EVENT_TRUNCATED : 0;
    bench_.table.observe(head, note, {segment.data(), segment.size()});
    return *this;
  }

  // It is sent, and nobody here sees it.
  FlowHost& lose(std::string_view data) {
    sequence += static_cast<std::uint32_t>(data.size());
    return *this;
  }

 private:
  static void address(__u8 (&to)[16], std::uint8_t last) {
    to[10] = to[11] = 0xff;
    to[12] = 192, to[13] = 0, to[14] = 2, to[15] = last;
  }

  FlowBench& bench_;

 public:
  sipsonde_event head{};
  sipsonde_segment_note note{};
  std::uint32_t sequence;
  std::vector<char> segment;
};

// Both of them, after their handshake.
struct FlowPair {
  explicit FlowPair(FlowBench& bench, sipsonde_flow_judgement judgement = SIPSONDE_FLOW_JUDGED_sip,
                    std::uint32_t first = 1000)
      : client(bench, true, first), server(bench, false, first + 500'000) {
    client.note.judgement = server.note.judgement = judgement;
  }
  void shake_hands() {
    client.send("", SIPSONDE_TCP_SYN);
    server.send("", SIPSONDE_TCP_SYN | SIPSONDE_TCP_ACK);
  }

  FlowHost client, server;
};

}  // namespace sipsonde
