// SPDX-License-Identifier: Apache-2.0
// Parts of a stream, sums of streams, and what their losses look like.
#include <gtest/gtest.h>

#include <random>

#include "media/stream_figures.h"
#include "unit/media/stream_of_packets.h"

namespace sipsonde {
namespace {

TEST(FiguresBetween, AddUpToTheWhole) {
  std::minstd_rand random(7);
  for (int round = 0; round < 200; ++round) {
    StreamOfPackets packets(static_cast<std::uint32_t>(random()) * 3);
    std::uint32_t number = packets.stream().base;
    sipsonde_stream before{};
    StreamFigures sum;
    for (int part = 0; part < 4; ++part) {
      for (int i = 0; i < 150; ++i) {
        ++number;
        if (random() % 10 > 0) packets.arrives(number - static_cast<std::uint32_t>(random() % 5));
      }
      const bool ended = part == 3;
      add_figures(sum, part == 0 ? figures_of(packets.stream(), ended)
                                 : figures_between(before, packets.stream(), ended));
      before = packets.stream();
    }
    const StreamFigures whole = figures_of(packets.stream(), true);
    EXPECT_EQ(sum.received, whole.received);
    EXPECT_EQ(sum.lost, whole.lost);
    EXPECT_EQ(sum.duplicates, whole.duplicates);
    EXPECT_EQ(sum.reordered, whole.reordered);
    EXPECT_EQ(sum.bytes, whole.bytes);
    EXPECT_EQ(sum.measured, whole.measured);
    EXPECT_EQ(sum.ssrc, whole.ssrc);
  }
}

TEST(FiguresBetween, KnowThePeaksThatRoseAndNoOthers) {
  auto packets = stream_of(dots(20));
  packets.stream().jitter_max_ns = 2'000'000;
  packets.stream().longest_gap = 70'000;
  packets.stream().reorder_depth = 3;
  const sipsonde_stream before = packets.stream();
  packets.arrives(1020);
  packets.stream().jitter_max_ns = 3'000'000;
  const StreamFigures part = figures_between(before, packets.stream(), false);
  EXPECT_EQ(part.received, 1u);
  EXPECT_DOUBLE_EQ(part.jitter_max_ms.value(), 3);
  EXPECT_FALSE(part.longest_gap_ms);
  EXPECT_EQ(part.reorder_depth, 0u);
}

TEST(FiguresBetween, AreTheWholeWhenTheSlotWasAnotherStreams) {
  auto packets = stream_of(dots(20));
  sipsonde_stream before = packets.stream();
  before.key = 99;
  EXPECT_EQ(figures_between(before, packets.stream(), true).received, 20u);
  before = packets.stream();
  before.first_ns = 99;
  EXPECT_EQ(figures_between(before, packets.stream(), true).received, 20u);
}

TEST(AddFigures, KeepsTheCodecOfTheLargerPart) {
  const auto few = figures_of(stream_of(dots(5)).stream(), true);
  StreamFigures many = figures_of(stream_of(dots(50)).stream(), true);
  many.codec = SIPSONDE_CODEC_pcma;
  StreamFigures sum;
  for (const StreamFigures& more : {few, many, few}) add_figures(sum, more);
  EXPECT_EQ(sum.codec, SIPSONDE_CODEC_pcma);
  EXPECT_EQ(sum.received, 60u);
}

TEST(BurstRatio, IsTheMeanRunOverThatOfRandomLoss) {
  // 4 lost of 100 in one run: 4 over 1 / 0.96
  EXPECT_NEAR(burst_ratio(figures_of(stream_of(dots(50) + "xxxx" + dots(46)).stream(), true)), 3.84, 1e-9);
  // 4 lost of 100 in two
  EXPECT_NEAR(burst_ratio(figures_of(stream_of(dots(50) + "xx.xx" + dots(45)).stream(), true)), 1.92, 1e-9);
}

TEST(BurstRatio, IsOneOfFewAndOfSpreadLosses) {
  EXPECT_EQ(burst_ratio({}), 1);
  EXPECT_EQ(burst_ratio(figures_of(stream_of(dots(50) + "x.").stream(), true)), 1);
  EXPECT_EQ(burst_ratio(figures_of(stream_of(".x.x.x.x.x.").stream(), true)), 1);
  StreamFigures broken;
  broken.lost = 10;
  EXPECT_EQ(burst_ratio(broken), 1) << "lost, and no run of it";
}

}  // namespace
}  // namespace sipsonde
