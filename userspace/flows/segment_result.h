// SPDX-License-Identifier: Apache-2.0
// The closed sets by which segments and streams are counted.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipsonde {

// Values of sipsonde_segments_total{result}: what a segment was when it came. Each segment counts as exactly
// one of them, so that their sum is the number of samples of kind `segment` that were taken from the ring.
enum class SegmentResult : std::uint8_t {
  in_order,       // its data are the next of its stream, all of them new
  out_of_order,   // all new, but something before it is missing: held
  overlap,        // part of its data had come before; the first to come counts
  retransmitted,  // all of its data had come before; keep-alive probes, too (RFC 9293 section 3.8.4)
  empty,          // no data: SYN, FIN, RST
  ignored,        // of a connection that carries no SIP, or behind the end of its stream
};
inline constexpr int kSegmentResultCount = 6;
std::string_view label(SegmentResult result);

// Values of sipsonde_stream_breaks_total{reason}: places where bytes of a stream are not read, once each.
// Reading goes on at the next start line; what the break cut in two is lost. `joined`, `garbage` and `length`
// count when reading goes on, so that what never was SIP counts nothing.
enum class StreamBreak : std::uint8_t {
  hole,       // segments that did not come within the time or the bytes that are waited
  cut,        // the capture kept less of a segment than passed
  joined,     // first seen in the midst of a message
  garbage,    // where a message should begin there is none
  length,     // behind a message whose Content-Length is missing or wrong (RFC 3261 section 18.3)
  too_large,  // a message of more than 65535 bytes
  websocket,  // frames that break RFC 6455, or compressed data that cannot be read (RFC 7692)
  evicted,    // a connection gave way to newer ones
};
inline constexpr int kStreamBreakCount = 8;
std::string_view label(StreamBreak reason);

// Written by one worker, read by the scrape thread.
class FlowCounts {
 public:
  void add(SegmentResult result) { bump(segments_[static_cast<std::size_t>(result)]); }
  void add(StreamBreak reason) { bump(breaks_[static_cast<std::size_t>(reason)]); }

  std::uint64_t of(SegmentResult result) const {
    return segments_[static_cast<std::size_t>(result)].load(std::memory_order_relaxed);
  }
  std::uint64_t of(StreamBreak reason) const {
    return breaks_[static_cast<std::size_t>(reason)].load(std::memory_order_relaxed);
  }

 private:
  // One writer: no locked addition.
  static void bump(std::atomic<std::uint64_t>& count) {
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  std::array<std::atomic<std::uint64_t>, kSegmentResultCount> segments_{};
  std::array<std::atomic<std::uint64_t>, kStreamBreakCount> breaks_{};
};

}  // namespace sipsonde
