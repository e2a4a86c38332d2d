// SPDX-License-Identifier: Apache-2.0
#include "media/stream_figures.h"

#include <algorithm>
#include <bit>

#include "media/codec.h"

namespace sipsonde {
namespace {

constexpr double kNsPerMs = 1e6;
constexpr double kTickMs = (1u << SIPSONDE_STREAM_TICK_SHIFT) / kNsPerMs;

// Of the stream's own clock, or of the one that the agent found for it.
std::uint32_t hertz_of(const sipsonde_stream& stream) {
  if (const std::uint32_t hertz = clock_hertz(stream.codec)) return hertz;
  if (stream.agent_clock >= SIPSONDE_CLOCK_COUNT) return 0;
  return clock_hertz(packed_codec(SIPSONDE_CODEC_unknown, static_cast<sipsonde_clock>(stream.agent_clock)));
}

// highest - base + 1 (RFC 3550 A.3), in 32 bits that wrap. More than half of their range is a base ahead of
// the highest: a torn reading.
std::uint32_t expected_packets(const sipsonde_stream& stream) {
  const std::uint32_t expected = stream.highest - stream.base + 1;
  return expected > INT32_MAX ? 0 : expected;
}

// The packets about which the window decides: the first `span` of those behind the highest.
struct Undecided {
  std::uint32_t packets = 0;
  std::uint32_t runs = 0;  // that begin among them; one that goes on from before was counted there
};

constexpr std::uint64_t low_bits(unsigned count) {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

Undecided undecided_in(const sipsonde_stream& stream, std::uint32_t expected) {
  const unsigned span = std::min<std::uint32_t>(expected, SIPSONDE_STREAM_MISORDER);
  const std::uint64_t low = low_bits(span);
  const std::uint64_t high = span > 64 ? low_bits(span - 64) : 0;
  const std::uint64_t missing_low = ~stream.window[0] & low;
  const std::uint64_t missing_high = ~stream.window[1] & high;
  // Bit n + 1 is the packet before that of bit n: a run begins where that one came. Nothing before the first
  // is missing.
  const bool beyond_all = expected <= SIPSONDE_STREAM_MISORDER;
  const std::uint64_t before_low =
      (stream.window[0] >> 1 | stream.window[1] << 63) | (beyond_all && span <= 64 ? ~(low >> 1) : 0);
  const std::uint64_t before_high = stream.window[1] >> 1 | (beyond_all ? ~(high >> 1) : 0);
  return {static_cast<std::uint32_t>(std::popcount(missing_low) + std::popcount(missing_high)),
          static_cast<std::uint32_t>(std::popcount(missing_low & before_low) +
                                     std::popcount(missing_high & before_high))};
}

void count_packets(StreamFigures& figures, const sipsonde_stream& stream, bool ended) {
  const std::uint32_t expected = expected_packets(stream);
  const Undecided undecided = undecided_in(stream, expected);
  figures.expected = expected;
  figures.lost = std::min(stream.lost, expected - undecided.packets);
  figures.loss_runs = stream.loss_runs;
  figures.received = expected - undecided.packets - figures.lost;
  if (ended) {
    figures.lost += undecided.packets;
    figures.loss_runs += undecided.runs;
  } else {
    figures.undecided = undecided.packets;
  }
  figures.loss_runs = std::min(figures.loss_runs, figures.lost);
  figures.late = std::min<std::uint64_t>(stream.late, figures.received);
}

std::uint64_t growth(std::uint64_t before, std::uint64_t now) {
  return now > before ? now - before : 0;
}

std::optional<double> if_grown(const std::optional<double>& before, const std::optional<double>& now) {
  return now && (!before || *now > *before) ? now : std::nullopt;
}

std::optional<double> fraction(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(std::min(part, whole)) / static_cast<double>(whole);
}

}  // namespace

std::optional<double> StreamFigures::jitter_mean_ms() const {
  if (measured == 0) return std::nullopt;
  return static_cast<double>(jitter_sum_ns) / static_cast<double>(measured) / kNsPerMs;
}

std::optional<double> StreamFigures::loss_fraction() const {
  return fraction(lost, received + lost);
}

std::optional<double> StreamFigures::unheard_fraction() const {
  return fraction(lost + late, received + lost);
}

StreamFigures figures_of(const sipsonde_stream& stream, bool ended) {
  StreamFigures figures;
  figures.ssrc = stream.ssrc;
  figures.codec = codec_of(stream.codec);
  if (figures.codec == SIPSONDE_CODEC_none) return figures;
  figures.clock_hz = hertz_of(stream);
  figures.payload_type = stream.payload_type;
  count_packets(figures, stream, ended);
  figures.duplicates = stream.duplicates;
  figures.reordered = stream.reordered;
  figures.reorder_depth = stream.reorder_depth;
  figures.restarts = stream.restarts;
  figures.bytes = stream.bytes;
  figures.measured = growth(stream.unmeasured, figures.received);
  if (figures.measured > 0) {
    figures.jitter_sum_ns = stream.jitter_sum_ns;
    figures.jitter_last_ms = stream.jitter_ns / kNsPerMs;
    figures.jitter_max_ms = std::max(stream.jitter_max_ns, stream.jitter_ns) / kNsPerMs;
  }
  if (stream.longest_gap > 0) figures.longest_gap_ms = stream.longest_gap * kTickMs;
  return figures;
}

StreamFigures figures_between(const sipsonde_stream& before, const sipsonde_stream& now, bool ended) {
  StreamFigures part = figures_of(now, ended);
  if (before.key != now.key || before.first_ns != now.first_ns) return part;
  const StreamFigures then = figures_of(before, false);
  part.received = growth(then.received, part.received);
  part.lost = growth(then.lost, part.lost);
  // What was undecided then is expected here: here it came, was lost, or is undecided still.
  part.expected = part.received + part.lost + part.undecided;
  part.loss_runs = std::min(growth(then.loss_runs, part.loss_runs), part.lost);
  part.duplicates = growth(then.duplicates, part.duplicates);
  part.reordered = growth(then.reordered, part.reordered);
  part.late = std::min(growth(then.late, part.late), part.received);
  part.restarts = growth(then.restarts, part.restarts);
  part.bytes = growth(then.bytes, part.bytes);
  part.jitter_sum_ns = growth(then.jitter_sum_ns, part.jitter_sum_ns);
  part.measured = std::min(growth(then.measured, part.measured), part.received);
  part.jitter_max_ms = if_grown(then.jitter_max_ms, part.jitter_max_ms);
  part.longest_gap_ms = if_grown(then.longest_gap_ms, part.longest_gap_ms);
  if (part.reorder_depth <= then.reorder_depth) part.reorder_depth = 0;
  return part;
}

void add_figures(StreamFigures& sum, const StreamFigures& more) {
  if (more.received + more.lost > sum.received + sum.lost || sum.codec == SIPSONDE_CODEC_none) {
    sum.ssrc = more.ssrc;
    sum.codec = more.codec;
    sum.clock_hz = more.clock_hz;
    sum.payload_type = more.payload_type;
    sum.jitter_last_ms = more.jitter_last_ms;
  }
  sum.expected += more.expected;
  sum.received += more.received;
  sum.lost += more.lost;
  sum.undecided += more.undecided;
  sum.loss_runs += more.loss_runs;
  sum.duplicates += more.duplicates;
  sum.reordered += more.reordered;
  sum.late += more.late;
  sum.restarts += more.restarts;
  sum.bytes += more.bytes;
  sum.jitter_sum_ns += more.jitter_sum_ns;
  sum.measured += more.measured;
  // An empty optional is less than any value.
  sum.jitter_max_ms = std::max(sum.jitter_max_ms, more.jitter_max_ms);
  sum.longest_gap_ms = std::max(sum.longest_gap_ms, more.longest_gap_ms);
  sum.reorder_depth = std::max(sum.reorder_depth, more.reorder_depth);
}

double burst_ratio(const StreamFigures& figures) {
  if (figures.lost < 2 || figures.loss_runs == 0) return 1;
  const double mean_run = static_cast<double>(figures.lost) / static_cast<double>(figures.loss_runs);
  return std::max(1.0, mean_run * (1 - figures.loss_fraction().value_or(0)));
}

}  // namespace sipsonde
