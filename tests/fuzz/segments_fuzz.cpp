// SPDX-License-Identifier: Apache-2.0
// Segments of several connections in one small table. Input: one byte that chooses, then steps.
// Even: streams of whole messages, in pieces that are held back, repeated, laid over each other or lost as
// the steps say. What was not lost comes out whole, each message once and in its order; nothing else does.
// Odd: segments of any numbers, flags and bytes. Sums and bounds hold after each.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "decode/network_order.h"
#include "flows/flow_table.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kLimitBytes = 256 << 10;
constexpr std::uint64_t kTenthOfASecond = 100'000'000;
constexpr unsigned kHosts = 4;

constexpr std::array<std::string_view, 4> kMessages = {
    "OPTIONS sip:a@b.example SIP/2.0\r\nVia: x\r\nContent-Length: 0\r\n\r\n",
    "INVITE sip:a@b.example SIP/2.0\r\nVia: x\r\nl:\r\n 7\r\n\r\nv=0\r\n\r\n",
    "SIP/2.0 200 OK\r\nVia: x\r\nl: 0\r\n\r\n",
    "NOTIFY sip:a@b.example SIP/2.0\r\nl: 16\r\n\r\nSIP/2.0 200 OK\r\n",
};

void require(bool holds) {
  if (!holds) std::abort();
}

std::uint8_t take_byte(std::string_view& input) {
  const std::uint8_t byte = input.empty() ? 0 : byte_at(input, 0);
  input.remove_prefix(input.empty() ? 0 : 1);
  return byte;
}

class Watched {
 public:
  explicit Watched(std::uint64_t limit_bytes)
      : limit_bytes_(limit_bytes),
        table_(
            limit_bytes, [this](const Datagram& message) { take(message); },
            [](std::uint32_t, std::uint64_t, sipsonde_flow_judgement judgement) {
              require(judgement == SIPSONDE_FLOW_JUDGED_sip || judgement == SIPSONDE_FLOW_JUDGED_other);
            }) {}

  void observe(unsigned host, std::uint32_t sequence, std::uint8_t flags, std::string_view data,
               std::uint32_t cut_bytes = 0, sipsonde_flow_judgement judgement = SIPSONDE_FLOW_JUDGED_sip) {
    sipsonde_event head{};
    head.time_ns = now_ns;
    head.kind = SIPSONDE_KIND_segment;
    head.ifindex = 1;
    head.wire_len = static_cast<__u32>(data.size()) + cut_bytes;
    // Two hosts are the ends of one connection.
    head.src_port = static_cast<__u16>(host);
    head.dst_port = static_cast<__u16>(host ^ 1);
    sipsonde_segment_note note{};
    note.sequence = sequence;
    note.flags = flags;
    note.judgement = static_cast<__u8>(judgement);
    // A copy of its own, so that the address sanitizer sees who reads it later.
    const std::vector<char> segment(data.begin(), data.end());
    table_.observe(head, note, {segment.data(), segment.size()});
    ++segments_;
    require_sums();
  }

  void close() {
    table_.close();
    require(table_.memory_bytes() == 0 && table_.connections() == 0);
  }

  std::uint64_t now_ns = kTenthOfASecond;
  std::array<std::vector<std::string>, kHosts> messages;  // a missing end leaves a ~
  std::uint64_t breaks(StreamBreak reason) const { return table_.count(reason); }

 private:
  void take(const Datagram& message) {
    require(message.head.payload_len == message.payload.size() &&
            message.payload.size() < SIPSONDE_PAYLOAD_MAX);
    require(message.head.kind == SIPSONDE_KIND_sip && message.head.path == SIPSONDE_PATH_reassembled);
    const bool is_cut = message.head.flags & SIPSONDE_EVENT_TRUNCATED;
    require(is_cut == (message.head.wire_len > message.head.payload_len));
    messages[message.head.src_port].emplace_back(message.payload);
    if (is_cut) messages[message.head.src_port].back() += "~";
  }

  void require_sums() const {
    std::uint64_t sum = 0;
    for (int result = 0; result < kSegmentResultCount; ++result)
      sum += table_.count(static_cast<SegmentResult>(result));
    require(sum == segments_);
    require(table_.memory_bytes() <= limit_bytes_);
  }

  std::uint64_t limit_bytes_;
  std::uint64_t segments_ = 0;
  FlowTable table_;
};

// What one host sends: its messages, and the pieces that wait to be seen.
struct Sender {
  struct Piece {
    std::uint32_t at;
    std::string bytes;
  };
  std::uint32_t first = 0;
  std::string stream;
  std::vector<std::string> sent;
  std::vector<Piece> held;
  bool has_lost = false;
  std::uint32_t at = 0;

  std::string_view next(std::size_t size) const { return std::string_view(stream).substr(at, size); }
};

// Each message that came out was sent, no earlier one comes after it, and only a hole leaves one out.
void require_order(const Sender& sender, const std::vector<std::string>& received) {
  if (!sender.has_lost) return require(received == sender.sent);
  std::size_t next = 0;
  for (const std::string& message : received) {
    const bool is_cut = message.ends_with('~');
    const std::string_view bytes = std::string_view(message).substr(0, message.size() - (is_cut ? 1 : 0));
    while (next < sender.sent.size() &&
           !(is_cut ? sender.sent[next].starts_with(bytes) : sender.sent[next] == bytes))
      ++next;
    require(next++ < sender.sent.size());
  }
}

void step(Watched& table, Sender& sender, unsigned host, std::uint8_t action, std::size_t size) {
  const std::string_view piece = sender.next(size);
  const auto see = [&](std::uint32_t at, std::string_view bytes) {
    table.observe(host, sender.first + at, SIPSONDE_TCP_ACK, bytes);
  };
  switch (action % 8) {
    case 0:  // held back
      if (sender.held.size() < 64) sender.held.push_back({sender.at, std::string(piece)});
      break;
    case 1: {  // with what came before it
      const std::uint32_t before = std::min<std::uint32_t>(sender.at, 20);
      see(sender.at - before,
          std::string_view(sender.stream).substr(sender.at - before, before + piece.size()));
      break;
    }
    case 2:  // twice
      see(sender.at, piece);
      see(sender.at, piece);
      break;
    case 3:  // lost, seldom
      if (size % 16 != 0)
        return see(sender.at, piece), void(sender.at += static_cast<std::uint32_t>(piece.size()));
      sender.has_lost = sender.has_lost || !piece.empty();
      break;
    default:
      see(sender.at, piece);
  }
  sender.at += static_cast<std::uint32_t>(piece.size());
  if (action & 0x80 || sender.held.size() == 64) {
    for (const auto& late : sender.held) see(late.at, late.bytes);
    sender.held.clear();
  }
}

void check_streams(std::string_view input) {
  Watched table(64 << 20);
  std::array<Sender, kHosts> senders;
  for (unsigned host = 0; host < kHosts; ++host) {
    Sender& sender = senders[host];
    sender.first = static_cast<std::uint32_t>(take_byte(input)) << 25 | take_byte(input);
    sender.first -= 200;  // near the end of the circle, too
    for (unsigned count = take_byte(input) % 32; count > 0; --count) {
      const std::string_view message = kMessages[take_byte(input) % kMessages.size()];
      sender.sent.emplace_back(message);
      sender.stream += message;
      if (count % 5 == 0) sender.stream += "\r\n\r\n";
    }
    table.observe(host, sender.first - 1, SIPSONDE_TCP_SYN, {});
  }
  while (!input.empty()) {
    const std::uint8_t action = take_byte(input);
    const unsigned host = action / 8 % kHosts;
    step(table, senders[host], host, action, take_byte(input));
  }
  for (unsigned host = 0; host < kHosts; ++host) {
    Sender& sender = senders[host];
    sender.held.push_back({sender.at, std::string(sender.next(sender.stream.size()))});
    for (const auto& late : sender.held)
      table.observe(host, sender.first + late.at, SIPSONDE_TCP_ACK, late.bytes);
  }
  const bool has_given_up = table.breaks(StreamBreak::hole) > 0;  // too many pieces behind one held back
  table.close();
  for (Sender& sender : senders) sender.has_lost = sender.has_lost || has_given_up;
  for (unsigned host = 0; host < kHosts; ++host) require_order(senders[host], table.messages[host]);
}

void check_hostile(std::string_view input) {
  Watched table(kLimitBytes);
  std::uint32_t sequence = 0;
  while (input.size() >= 6) {
    const std::uint8_t what = take_byte(input);
    const std::uint8_t flags = take_byte(input);
    table.now_ns += (flags >> 5) * kTenthOfASecond;
    // Where the last one ended, a little before or behind it, or anywhere.
    const std::uint16_t jump = u16_at(input, 0);
    input.remove_prefix(2);
    if (what & 0x80) sequence += static_cast<std::uint32_t>(jump) << (what & 0x40 ? 16 : 0);
    if (what & 0x20) sequence -= jump;
    const std::string_view data = input.substr(2, u16_at(input, 0) & 0x3fff);
    const std::uint32_t cut_bytes = byte_at(input, 0) & 0x80 ? jump : 0;
    input.remove_prefix(2 + data.size());
    table.observe(what % kHosts, sequence, flags & 0x17, data, cut_bytes,
                  static_cast<sipsonde_flow_judgement>(what / kHosts % SIPSONDE_FLOW_JUDGEMENT_COUNT));
    sequence += static_cast<std::uint32_t>(data.size()) + cut_bytes;
  }
  table.close();
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const bool is_hostile = sipsonde::take_byte(input) % 2 == 1;
  if (is_hostile) {
    sipsonde::check_hostile(input);
  } else {
    sipsonde::check_streams(input);
  }
  return 0;
}
