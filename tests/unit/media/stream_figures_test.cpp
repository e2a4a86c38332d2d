// SPDX-License-Identifier: Apache-2.0
#include "media/stream_figures.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <set>

#include "unit/media/stream_of_packets.h"

namespace sipsonde {
namespace {

struct LossCase {
  const char* name;
  std::string pattern;
  std::uint64_t lost;
  std::uint64_t runs;
};

const LossCase kLosses[] = {
    {"OnePacket", ".", 0, 0},
    {"NothingLost", dots(500), 0, 0},
    {"OneInTheWindow", ".x.", 1, 1},
    {"TwoRunsInTheWindow", ".xx.x..", 3, 2},
    {"FarBehind", ".x" + dots(300), 1, 1},
    {"RightAtTheWindowsEdge", ".x" + dots(99), 1, 1},
    {"RightBeyondTheWindowsEdge", ".x" + dots(100), 1, 1},
    {"AcrossTheWindowsEdge", dots(50) + "xxxxxx" + dots(97), 6, 1},
    {"AcrossTheWordsEdge", dots(10) + "xxxxxxxx" + dots(60), 8, 1},
    {"TheWholeWindow", dots(5) + std::string(99, 'x') + ".", 99, 1},
    {"MoreThanTheWindow", dots(5) + std::string(150, 'x') + ".", 150, 1},
    {"BehindAndInTheWindow", ".x.xx" + dots(200) + "x.xxx.", 7, 4},
    {"EverySecondOfAWindow", ".x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.",
     35, 35},
};

class Losses : public testing::TestWithParam<LossCase> {};

TEST_P(Losses, AreAllCountedWhenTheStreamHasEnded) {
  const LossCase& c = GetParam();
  for (const std::uint32_t first : {0u, 1000u, 0xfff0u, 0xfffffff0u}) {
    const StreamFigures figures = figures_of(stream_of(c.pattern, first).stream(), true);
    EXPECT_EQ(figures.expected, c.pattern.size());
    EXPECT_EQ(figures.lost, c.lost);
    EXPECT_EQ(figures.received, c.pattern.size() - c.lost);
    EXPECT_EQ(figures.loss_runs, c.runs);
    EXPECT_EQ(figures.undecided, 0u);
    EXPECT_EQ(figures.bytes, figures.received * StreamOfPackets::kPacketBytes);
  }
}

INSTANTIATE_TEST_SUITE_P(Patterns, Losses, testing::ValuesIn(kLosses),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(StreamFigures, LeaveUndecidedWhatMayStillCome) {
  auto packets = stream_of(".x" + dots(200) + "xx.");
  const StreamFigures running = figures_of(packets.stream(), false);
  EXPECT_EQ(running.lost, 1u);
  EXPECT_EQ(running.undecided, 2u);
  EXPECT_EQ(running.received, running.expected - 3);
  EXPECT_EQ(running.loss_runs, 1u);
  EXPECT_NEAR(running.loss_fraction().value(), 1.0 / 203, 1e-12);
  const StreamFigures ended = figures_of(packets.stream(), true);
  EXPECT_EQ(ended.lost, 3u);
  EXPECT_EQ(ended.received, running.received);
  EXPECT_EQ(ended.loss_runs, 2u);
}

// RFC 3550 A.3: what a receiver report would say, (lost << 8) / expected, at most 255.
TEST(StreamFigures, AgreeWithTheFractionsOfReceiverReports) {
  for (const auto& [expected, received, fraction] :
       {std::tuple{250u, 250u, 0u}, {250u, 245u, 5u}, {250u, 125u, 128u}}) {
    std::string pattern(expected, '.');
    for (unsigned i = 0; i < expected - received; ++i)
      pattern[1 + i * (expected - 2) / (expected - received)] = 'x';
    const StreamFigures figures = figures_of(stream_of(pattern).stream(), true);
    EXPECT_EQ(static_cast<unsigned>(figures.loss_fraction().value() * 256), fraction);
  }
  EXPECT_FALSE(StreamFigures{}.loss_fraction());
}

TEST(StreamFigures, CountDuplicatesAndReorderingApart) {
  StreamOfPackets packets(1);
  for (const std::uint32_t number : {2u, 4u, 3u, 3u, 6u, 5u, 7u}) packets.arrives(number);
  packets.stream().reorder_depth = 1;
  const StreamFigures figures = figures_of(packets.stream(), true);
  EXPECT_EQ(figures.expected, 7u);
  EXPECT_EQ(figures.received, 7u);
  EXPECT_EQ(figures.lost, 0u);
  EXPECT_EQ(figures.duplicates, 1u);
  EXPECT_EQ(figures.reordered, 2u);
  EXPECT_EQ(figures.reorder_depth, 1u);
}

TEST(StreamFigures, HaveJitterInMillisecondsOfWhatWasMeasured) {
  auto packets = stream_of(dots(11));  // the first measures nothing
  sipsonde_stream& stream = packets.stream();
  stream.jitter_sum_ns = 25'000'000;
  stream.jitter_max_ns = 4'000'000;
  stream.jitter_ns = 1'500'000;
  stream.longest_gap = 100'000;
  const StreamFigures figures = figures_of(stream, true);
  EXPECT_EQ(figures.measured, 10u);
  EXPECT_DOUBLE_EQ(figures.jitter_mean_ms().value(), 2.5);
  EXPECT_DOUBLE_EQ(figures.jitter_max_ms.value(), 4);
  EXPECT_DOUBLE_EQ(figures.jitter_last_ms, 1.5);
  EXPECT_DOUBLE_EQ(figures.longest_gap_ms.value(), 102.4);
  EXPECT_EQ(figures.codec, SIPSONDE_CODEC_pcmu);
  EXPECT_EQ(figures.clock_hz, 8000u);
  stream.unmeasured = 11;
  const StreamFigures unmeasured = figures_of(stream, true);
  EXPECT_FALSE(unmeasured.jitter_mean_ms());
  EXPECT_FALSE(unmeasured.jitter_max_ms);
}

TEST(StreamFigures, TakeTheClockThatTheAgentFoundWhereSdpSaidNone) {
  StreamOfPackets packets(1);
  packets.stream().codec = SIPSONDE_CODEC_unknown;
  EXPECT_EQ(figures_of(packets.stream(), true).clock_hz, 0u);
  packets.stream().agent_clock = SIPSONDE_CLOCK_48000;
  EXPECT_EQ(figures_of(packets.stream(), true).clock_hz, 48000u);
  packets.stream().agent_clock = 200;
  EXPECT_EQ(figures_of(packets.stream(), true).clock_hz, 0u);
}

TEST(StreamFigures, AreEmptyOfAStreamInProbation) {
  sipsonde_stream stream{};
  stream.highest = 5;
  stream.lost = 7;
  const StreamFigures figures = figures_of(stream, true);
  EXPECT_EQ(figures.codec, SIPSONDE_CODEC_none);
  EXPECT_EQ(figures.expected + figures.lost + figures.received, 0u);
}

// Runs of numbers below the last that are not in `arrived`.
std::uint64_t runs_missing_in(const std::set<std::uint32_t>& arrived) {
  std::uint64_t runs = 0;
  for (auto next = std::next(arrived.begin()); next != arrived.end(); ++next)
    runs += *next - *std::prev(next) > 1;
  return runs;
}

TEST(StreamFigures, FindTheLossesOfRandomStreamsAsTheyWere) {
  std::minstd_rand random(42);
  const auto below = [&random](std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); };
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t first = below(UINT32_MAX) * 3;
    const std::uint32_t percent = below(60);
    std::vector<std::uint32_t> sent;
    for (std::uint32_t i = 1, length = 2 + below(400); i < length; ++i)
      if (below(100) >= percent) sent.push_back(i);
    for (std::size_t i = 3; i < sent.size(); ++i)
      if (below(10) == 0) std::swap(sent[i], sent[i - 1 - below(3)]);
    StreamOfPackets packets(first);
    std::set<std::uint32_t> arrived = {0};
    std::uint64_t repeated = 0;
    for (const std::uint32_t number : sent) {
      packets.arrives(first + number);
      arrived.insert(number);
      if (below(20) > 0) continue;
      packets.arrives(first + number);
      ++repeated;
    }
    const StreamFigures figures = figures_of(packets.stream(), true);
    EXPECT_EQ(figures.expected, *arrived.rbegin() + 1);
    EXPECT_EQ(figures.received, arrived.size());
    EXPECT_EQ(figures.lost, *arrived.rbegin() + 1 - arrived.size());
    EXPECT_EQ(figures.loss_runs, runs_missing_in(arrived));
    EXPECT_EQ(figures.duplicates, repeated);
  }
}

void expect_sane(const StreamFigures& figures) {
  EXPECT_LE(figures.expected, std::uint64_t{UINT32_MAX});
  EXPECT_EQ(figures.received + figures.lost + figures.undecided, figures.expected);
  EXPECT_LE(figures.loss_runs, figures.lost);
  EXPECT_LE(figures.late, figures.received);
  EXPECT_LE(figures.measured, figures.received);
  EXPECT_GE(figures.jitter_mean_ms().value_or(0), 0);
  for (const auto& share : {figures.loss_fraction(), figures.unheard_fraction()}) {
    if (!share) continue;
    EXPECT_GE(*share, 0);
    EXPECT_LE(*share, 1);
  }
  EXPECT_GE(burst_ratio(figures), 1);
}

TEST(StreamFigures, AreSaneWhateverTheBytes) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    sipsonde_stream streams[2];
    for (sipsonde_stream& stream : streams) {
      unsigned char bytes[sizeof stream];
      for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random());
      std::memcpy(&stream, bytes, sizeof stream);
      if (round % 2) stream.highest = stream.base + static_cast<std::uint32_t>(random() % 300);
    }
    streams[1].key = streams[0].key;
    streams[1].first_ns = streams[0].first_ns;
    for (const bool ended : {false, true}) {
      expect_sane(figures_of(streams[0], ended));
      expect_sane(figures_between(streams[0], streams[1], ended));
    }
  }
}

TEST(StreamFigures, TakeABaseAheadOfTheHighestForATornReading) {
  StreamOfPackets packets(1000);
  packets.stream().highest = 900;
  for (const bool ended : {false, true}) EXPECT_EQ(figures_of(packets.stream(), ended).expected, 0u);
}

}  // namespace
}  // namespace sipsonde
