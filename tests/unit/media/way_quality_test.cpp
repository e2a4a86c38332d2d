// SPDX-License-Identifier: Apache-2.0
#include "media/way_quality.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sipsonde {
namespace {

StreamFigures heard(sipsonde_codec codec, std::uint64_t received, std::uint64_t lost = 0,
                    std::uint64_t runs = 0) {
  StreamFigures figures;
  figures.codec = codec;
  figures.received = received;
  figures.lost = lost;
  figures.loss_runs = runs;
  figures.expected = received + lost;
  return figures;
}

// Packet time and jitter buffer of nothing, so that the delay is the network's alone.
WayConditions after(double one_way_ms) {
  return {.packet_time_ms = 0, .jitter_buffer_ms = 0, .round_trip_ms = 2 * one_way_ms};
}

struct Heard {
  const char* name;
  double one_way_ms;
  std::uint64_t received, lost, runs;
  double mos;
};

constexpr Heard kHeard[] = {
    {"Perfect", 0, 1000, 0, 0, 4.4093},
    {"After100ms", 100, 1000, 0, 0, 4.4093},
    {"OnePercentAfter150ms", 150, 990, 10, 10, 4.3239},
    {"TwoPercentAfter200ms", 200, 980, 20, 20, 4.1371},
};

class Way : public testing::TestWithParam<Heard> {};

TEST_P(Way, SoundsAsTheVectorsSay) {
  const Heard& c = GetParam();
  const auto mos = opinion_of(heard(SIPSONDE_CODEC_pcmu, c.received, c.lost, c.runs), after(c.one_way_ms));
  ASSERT_TRUE(mos);
  EXPECT_NEAR(mos->value, c.mos, 0.00006);
  EXPECT_EQ(mos->scale, MosScale::narrowband);
}

INSTANTIATE_TEST_SUITE_P(Vectors, Way, testing::ValuesIn(kHeard),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(WayQuality, HasItsDelayFromNetworkPacketsAndJitterBuffer) {
  EXPECT_EQ(one_way_delay_ms({.packet_time_ms = 20, .jitter_buffer_ms = 60, .round_trip_ms = 100}), 130);
  EXPECT_EQ(one_way_delay_ms({.packet_time_ms = 30, .jitter_buffer_ms = 60, .round_trip_ms = {}}), 90);
  EXPECT_EQ(one_way_delay_ms({.packet_time_ms = -1, .jitter_buffer_ms = -1, .round_trip_ms = -1}), 0);
  EXPECT_EQ(one_way_delay_ms({.packet_time_ms = std::nan(""), .jitter_buffer_ms = 60, .round_trip_ms = {}}),
            60);
}

TEST(WayQuality, TakesTheLateForLost) {
  StreamFigures late = heard(SIPSONDE_CODEC_pcma, 1000);
  late.late = 10;
  const auto lost = opinion_of(heard(SIPSONDE_CODEC_pcma, 990, 10, 10), after(150));
  EXPECT_NEAR(opinion_of(late, after(150))->value, lost->value, 1e-9);
}

TEST(WayQuality, IsWorseWhenLossesComeTogether) {
  EXPECT_LT(opinion_of(heard(SIPSONDE_CODEC_pcma, 950, 50, 5), {})->value,
            opinion_of(heard(SIPSONDE_CODEC_pcma, 950, 50, 48), {})->value);
}

TEST(WayQuality, IsOfTheWidebandScaleForWidebandCodecs) {
  for (const sipsonde_codec codec : {SIPSONDE_CODEC_g722, SIPSONDE_CODEC_amr_wb, SIPSONDE_CODEC_opus})
    EXPECT_EQ(opinion_of(heard(codec, 1000), {})->scale, MosScale::wideband);
  // R = 129 - 13: 89.92 of a hundred
  EXPECT_NEAR(opinion_of(heard(SIPSONDE_CODEC_g722, 1000), {})->value,
              opinion_of((129.0 - 13) / 1.29, MosScale::narrowband).value, 1e-9);
}

TEST(WayQuality, IsUnknownWhereNothingIsPublished) {
  EXPECT_FALSE(opinion_of(heard(SIPSONDE_CODEC_unknown, 1000), {}));
  EXPECT_FALSE(opinion_of(heard(SIPSONDE_CODEC_h264, 1000), {}));
  EXPECT_FALSE(opinion_of(heard(SIPSONDE_CODEC_g722, 990, 10, 10), {})) << "nobody says how it bears loss";
  EXPECT_FALSE(opinion_of(heard(SIPSONDE_CODEC_pcmu, 0), {})) << "silence is neither good nor bad";
}

TEST(WayQuality, IsNearlyTheWorstWhenNothingWasHeard) {
  EXPECT_LT(opinion_of(heard(SIPSONDE_CODEC_pcmu, 0, 1000, 1), {})->value, 1.2);
}

TEST(WayQuality, StaysInItsBoundsWhateverItIsTold) {
  StreamFigures broken = heard(SIPSONDE_CODEC_pcmu, 1, UINT64_MAX / 4, 0);
  broken.late = UINT64_MAX / 4;
  for (const double round_trip : {-1e300, 0.0, 1e300, std::nan(""), HUGE_VAL}) {
    const auto mos = opinion_of(broken, {.round_trip_ms = round_trip});
    ASSERT_TRUE(mos);
    EXPECT_GE(mos->value, 1);
    EXPECT_LE(mos->value, 4.5);
  }
}

}  // namespace
}  // namespace sipsonde
