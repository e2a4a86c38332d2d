// SPDX-License-Identifier: Apache-2.0
#include "flows/segment_order.h"

#include <algorithm>
#include <iterator>

#include "sipsonde/event.h"

namespace sipsonde {
namespace {

// From one sequence number to another, either way round the circle (RFC 9293 section 3.4).
std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}

bool is_before(std::uint32_t a, std::uint32_t b) {
  return distance(a, b) > 0;
}

std::uint32_t first_byte(const Segment& segment) {
  return segment.sequence + (segment.flags & SIPSONDE_TCP_SYN ? 1 : 0);
}

// The data from one sequence number to another, as far as the capture has them.
std::string_view slice(const Segment& segment, std::uint32_t begin, std::uint32_t from, std::uint32_t to) {
  const std::size_t offset = std::min<std::size_t>(from - begin, segment.data.size());
  return segment.data.substr(offset, to - from);
}

}  // namespace

bool SegmentOrder::is_far(const Segment& segment) const {
  if (!started_ || segment.wire_bytes == 0) return false;
  const std::int32_t ahead = distance(next_, first_byte(segment));
  return ahead > static_cast<std::int32_t>(kFarBytes) || ahead < -static_cast<std::int32_t>(kFarBytes);
}

SegmentResult SegmentOrder::observe(const Segment& segment) {
  const std::uint32_t begin = first_byte(segment);
  if (!started_ && (segment.flags & SIPSONDE_TCP_SYN || segment.wire_bytes > 0)) begin_at(begin);
  const bool is_behind_end = fin_at_ && !is_before(begin, *fin_at_);
  const std::uint32_t end = begin + segment.wire_bytes;
  if (segment.flags & SIPSONDE_TCP_FIN && started_ && !fin_at_ && !is_before(end, next_)) fin_at_ = end;
  if (segment.wire_bytes == 0) return SegmentResult::empty;
  return is_behind_end ? SegmentResult::ignored : place(segment, begin);
}

SegmentResult SegmentOrder::place(const Segment& segment, std::uint32_t begin) {
  const std::uint32_t end = begin + segment.wire_bytes;
  if (!is_before(next_, end)) return SegmentResult::retransmitted;
  if (is_before(next_, begin)) {
    const std::uint32_t added = hold(segment, begin, begin);
    if (added == 0) return SegmentResult::retransmitted;
    return added < segment.wire_bytes ? SegmentResult::overlap : SegmentResult::out_of_order;
  }
  const bool reaches_held = !held_.empty() && is_before(held_.front().sequence, end);
  const std::uint32_t until = reaches_held ? held_.front().sequence : end;
  current_ = slice(segment, begin, next_, until);
  current_wire_bytes_ = until - next_;
  current_time_ns_ = segment.time_ns;
  if (reaches_held) hold(segment, begin, until);
  return begin == next_ && !reaches_held ? SegmentResult::in_order : SegmentResult::overlap;
}

// Copies what is between the pieces held and behind them. Returns how many bytes that is.
std::uint32_t SegmentOrder::hold(const Segment& segment, std::uint32_t begin, std::uint32_t from) {
  const std::uint32_t end = begin + segment.wire_bytes;
  auto next = held_.end();  // the first piece that ends behind `from`: most come at the end
  while (next != held_.begin() && is_before(from, std::prev(next)->end())) --next;

  std::uint32_t added = 0;
  while (is_before(from, end)) {
    const bool reaches_next = next != held_.end() && is_before(next->sequence, end);
    const std::uint32_t until = reaches_next ? next->sequence : end;
    if (is_before(from, until)) {
      const std::string_view bytes = slice(segment, begin, from, until);
      held_.insert(next, Piece{from, until - from, segment.time_ns, std::string(bytes)});
      held_bytes_ += bytes.size();
      added += until - from;
    }
    if (!reaches_next) break;
    from = next->end();
    ++next;
  }
  return added;
}

StreamPart SegmentOrder::pass(std::string_view bytes, std::uint32_t wire_bytes, std::uint64_t time_ns) {
  next_ += wire_bytes;
  cut_bytes_ = wire_bytes - static_cast<std::uint32_t>(bytes.size());
  time_ns_ = std::max(time_ns_, time_ns);
  return {.bytes = bytes, .time_ns = time_ns_};
}

std::optional<StreamPart> SegmentOrder::take() {
  delivered_.clear();
  if (cut_bytes_ > 0) {
    const std::uint32_t bytes = cut_bytes_;
    cut_bytes_ = 0;
    return StreamPart{.bytes = {}, .missing = Missing::cut, .missing_bytes = bytes, .time_ns = time_ns_};
  }
  if (current_wire_bytes_ > 0) {
    const std::uint32_t wire_bytes = current_wire_bytes_;
    current_wire_bytes_ = 0;
    return pass(current_, wire_bytes, current_time_ns_);
  }
  if (held_.empty()) {
    give_up_ = false;
    return std::nullopt;
  }
  if (held_.front().sequence != next_) {
    if (!give_up_ && !is_over_bounds()) return std::nullopt;
    give_up_ = false;
    const std::uint32_t bytes = held_.front().sequence - next_;
    next_ = held_.front().sequence;
    return StreamPart{.bytes = {}, .missing = Missing::hole, .missing_bytes = bytes, .time_ns = time_ns_};
  }
  delivered_.splice(delivered_.begin(), held_, held_.begin());
  const Piece& piece = delivered_.front();
  held_bytes_ -= piece.bytes.size();
  return pass(piece.bytes, piece.wire_bytes, piece.time_ns);
}

}  // namespace sipsonde
