// SPDX-License-Identifier: Apache-2.0
// One direction of one TCP connection: segments in, its bytes out in the order of their sequence numbers (RFC
// 9293 section 3.4). What came first counts. A segment in order goes through without a copy; one that came
// too early is held until what is before it comes or is given up. Bounded in bytes and in number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "flows/segment_result.h"

namespace sipsonde {

struct Segment {
  std::uint64_t time_ns = 0;
  std::uint32_t sequence = 0;  // of the first byte of data, or of SYN
  std::uint8_t flags = 0;      // SIPSONDE_TCP_*
  std::string_view data;
  std::uint32_t wire_bytes = 0;  // of data; more than data.size(): the capture cut it
};

enum class Missing : std::uint8_t { none, hole, cut };

// The next bytes of a stream, or how many of them are missing there.
struct StreamPart {
  std::string_view bytes;  // until the next call; of one segment
  Missing missing = Missing::none;
  std::uint32_t missing_bytes = 0;
  std::uint64_t time_ns = 0;  // when a receiver could read it: of this segment or of one before it
};

class SegmentOrder {
 public:
  // What is held at most before the first hole is given up: more than most windows of a path with SIP.
  static constexpr std::size_t kHeldBytesMax = 512 << 10;
  static constexpr std::size_t kHeldSegmentsMax = 512;

  // So far from where the stream is that it must be another connection whose SYN was not seen, or that very
  // much was lost. Retransmissions and holes are nearer: windows of 16 MiB are unheard of between SIP peers.
  static constexpr std::uint32_t kFarBytes = 16 << 20;
  bool is_far(const Segment& segment) const;

  // The stream begins here, else at the first segment with SYN or data.
  void begin_at(std::uint32_t sequence) {
    started_ = true;
    next_ = sequence;
  }

  // REQUIRES: take() has returned nullopt.
  SegmentResult observe(const Segment& segment);

  // Until nullopt; the data of the segment observed must live so long.
  std::optional<StreamPart> take();

  bool has_started() const { return started_; }
  bool has_fin() const { return fin_at_.has_value(); }
  std::uint32_t next_sequence() const { return next_; }

  // Something is held behind a hole; since when, by the segment right behind it.
  bool is_waiting() const { return !held_.empty(); }
  std::uint64_t waiting_since_ns() const { return held_.front().time_ns; }

  // take() steps over the first hole.
  void give_up_hole() { give_up_ = true; }

  std::size_t memory_bytes() const { return held_bytes_ + held_.size() * kPieceOverheadBytes; }

 private:
  struct Piece {
    std::uint32_t sequence;
    std::uint32_t wire_bytes;
    std::uint64_t time_ns;
    std::string bytes;
    std::uint32_t end() const { return sequence + wire_bytes; }
  };

  // Its node and the allocator's share.
  static constexpr std::size_t kPieceOverheadBytes = sizeof(Piece) + 48;

  SegmentResult place(const Segment& segment, std::uint32_t begin);
  std::uint32_t hold(const Segment& segment, std::uint32_t begin, std::uint32_t from);
  StreamPart pass(std::string_view bytes, std::uint32_t wire_bytes, std::uint64_t time_ns);
  bool is_over_bounds() const { return held_bytes_ > kHeldBytesMax || held_.size() > kHeldSegmentsMax; }

  bool started_ = false;
  bool give_up_ = false;
  std::uint32_t next_ = 0;
  std::uint32_t cut_bytes_ = 0;           // before next_, not yet told
  std::optional<std::uint32_t> fin_at_;   // one behind the last byte
  std::uint64_t time_ns_ = 0;             // of the part passed last
  std::string_view current_;              // of the segment observed, from where the stream was
  std::uint32_t current_wire_bytes_ = 0;  // 0: nothing of it is next
  std::uint64_t current_time_ns_ = 0;
  std::list<Piece> held_;       // by sequence, without overlap, all behind next_
  std::list<Piece> delivered_;  // the piece whose bytes were taken last
  std::size_t held_bytes_ = 0;
};

}  // namespace sipsonde
