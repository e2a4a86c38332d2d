// SPDX-License-Identifier: Apache-2.0
// What the kernel counted of a stream, as figures: RFC 3550 appendix A.1, A.3 and A.8.
//
// A snapshot may have been taken while a packet was being written to it, and a slot may have been given to
// another stream meanwhile: no figure is ever negative or more than what it is a part of, whatever the bytes.
#pragma once

#include <cstdint>
#include <optional>

#include "sipsonde/state.h"

namespace sipsonde {

struct StreamFigures {
  std::uint32_t ssrc = 0;
  sipsonde_codec codec = SIPSONDE_CODEC_none;  // none: still in probation, nothing is known of it
  std::uint32_t clock_hz = 0;                  // 0: unknown
  std::uint8_t payload_type = 0;

  std::uint64_t expected = 0;  // received, lost and undecided
  std::uint64_t received = 0;  // without duplicates
  std::uint64_t lost = 0;
  std::uint64_t undecided = 0;  // not here yet, and not so far behind that they are lost; none at the end
  std::uint64_t loss_runs = 0;  // runs of lost packets without one in between that arrived
  std::uint64_t duplicates = 0;
  std::uint64_t reordered = 0;  // came after one with a higher number
  std::uint64_t late = 0;       // of the received: after the jitter buffer had given them up
  std::uint64_t restarts = 0;   // jumps of sequence or timestamp
  std::uint64_t bytes = 0;      // RTP headers and payload, without duplicates

  std::uint64_t jitter_sum_ns = 0;  // over `measured` packets
  std::uint64_t measured = 0;
  double jitter_last_ms = 0;  // after the last packet; meaningless when none was measured

  // The largest so far: of the part between two snapshots only when it grew in it.
  std::optional<double> jitter_max_ms;
  std::optional<double> longest_gap_ms;  // between two packets; nothing below 64 ms is kept
  std::uint64_t reorder_depth = 0;       // how far behind the highest the worst of them came

  std::optional<double> jitter_mean_ms() const;
  // Lost over what is decided; nullopt when nothing is.
  std::optional<double> loss_fraction() const;
  // The same, and what was late counted as lost: what the listener did not hear.
  std::optional<double> unheard_fraction() const;
};

// `ended`: no packet of it will come any more, so that what is undecided is lost.
StreamFigures figures_of(const sipsonde_stream& stream, bool ended);

// The part of it after `before`, an earlier snapshot: for a report, or for a leg that takes over a stream
// which another had. Parts of one stream add up to the whole. When `before` is of another stream, whose slot
// it was, this is the whole.
StreamFigures figures_between(const sipsonde_stream& before, const sipsonde_stream& now, bool ended);

// Adds another stream of the same way, as when the SSRC changed: the codec stays that of the larger part.
void add_figures(StreamFigures& sum, const StreamFigures& more);

// BurstR of ITU-T G.107 clause 7.5: mean length of the runs of loss over what it would be if each packet were
// lost by chance, 1 / (1 - p). At least 1, where the range that G.107 permits begins; 1 when fewer than two
// were lost.
double burst_ratio(const StreamFigures& figures);

}  // namespace sipsonde
