// SPDX-License-Identifier: Apache-2.0
// A packet's header, and what its time tells of jitter and delay: against RFC 3550 A.8 in doubles.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "parse/rtp.h"
#include "support/rtp_model.h"

namespace sipsonde::testing {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000, kUnit8000 = 125'000;
constexpr std::uint64_t kStart = 1'767'225'600'000'000'000;
constexpr std::uint32_t kBuffer = 60 * kMillisecond;
constexpr double kTick = 1 << SIPSONDE_STREAM_TICK_SHIFT;  // the kernel's clock is as coarse as that

// A stream of which only the times are told.
class Times {
 public:
  explicit Times(std::uint8_t payload_type = 0, std::uint32_t timestamp = 0, std::uint64_t at = kStart) {
    rtp_.payload_type = payload_type;
    rtp_.timestamp = timestamp;
    begin_stream(&stream_, &rtp_, at);
    stream_.codec = codec_of_static_type(payload_type);
  }
  void take(std::uint64_t at, std::uint32_t timestamp, bool marker = false) {
    rtp_.timestamp = timestamp;
    rtp_.marker = marker;
    take_time(&stream_, &rtp_, at, kBuffer);
  }
  sipsonde_stream& stream() { return stream_; }

 private:
  sipsonde_stream stream_{};
  rtp_header rtp_{};
};

TEST(RtpHeader, IsReadFieldByField) {
  const unsigned char bytes[] = {0x80, 0xe5, 0xfe, 0x01, 0x01, 0x02, 0x03, 0x04, 0xa1, 0xa2, 0xa3, 0xa4};
  opening first{};
  std::memcpy(&first.first, bytes, 8);
  std::memcpy(&first.next, bytes + 8, 4);
  rtp_header rtp{};
  read_rtp_header(&first, &rtp);
  EXPECT_EQ(rtp.marker, 1);
  EXPECT_EQ(rtp.payload_type, 101);
  EXPECT_EQ(rtp.sequence, 0xfe01);
  EXPECT_EQ(rtp.timestamp, 0x01020304u);
  EXPECT_EQ(rtp.ssrc, 0xa1a2a3a4u);
}

TEST(RtpHeader, NamesTheStaticTypesOfRfc3551) {
  const struct {
    std::uint8_t type;
    sipsonde_codec codec;
    sipsonde_clock clock;
  } kTypes[] = {
      {0, SIPSONDE_CODEC_pcmu, SIPSONDE_CLOCK_8000},     {3, SIPSONDE_CODEC_gsm, SIPSONDE_CLOCK_8000},
      {4, SIPSONDE_CODEC_g723, SIPSONDE_CLOCK_8000},     {5, SIPSONDE_CODEC_dvi4, SIPSONDE_CLOCK_8000},
      {6, SIPSONDE_CODEC_dvi4, SIPSONDE_CLOCK_16000},    {7, SIPSONDE_CODEC_lpc, SIPSONDE_CLOCK_8000},
      {8, SIPSONDE_CODEC_pcma, SIPSONDE_CLOCK_8000},     {9, SIPSONDE_CODEC_g722, SIPSONDE_CLOCK_8000},
      {10, SIPSONDE_CODEC_l16, SIPSONDE_CLOCK_44100},    {11, SIPSONDE_CODEC_l16, SIPSONDE_CLOCK_44100},
      {12, SIPSONDE_CODEC_qcelp, SIPSONDE_CLOCK_8000},   {13, SIPSONDE_CODEC_cn, SIPSONDE_CLOCK_8000},
      {14, SIPSONDE_CODEC_mpa, SIPSONDE_CLOCK_90000},    {15, SIPSONDE_CODEC_g728, SIPSONDE_CLOCK_8000},
      {16, SIPSONDE_CODEC_dvi4, SIPSONDE_CLOCK_unknown}, {17, SIPSONDE_CODEC_dvi4, SIPSONDE_CLOCK_unknown},
      {18, SIPSONDE_CODEC_g729, SIPSONDE_CLOCK_8000},    {31, SIPSONDE_CODEC_h261, SIPSONDE_CLOCK_90000},
      {32, SIPSONDE_CODEC_mpv, SIPSONDE_CLOCK_90000},    {34, SIPSONDE_CODEC_h263, SIPSONDE_CLOCK_90000},
  };
  int named = 0;
  for (int type = 0; type < 128; ++type)
    named += codec_of_static_type(static_cast<__u8>(type)) != SIPSONDE_CODEC_unknown;
  EXPECT_EQ(named, static_cast<int>(std::size(kTypes)));
  for (const auto& one : kTypes) {
    SCOPED_TRACE(static_cast<int>(one.type));
    EXPECT_EQ(codec_of_static_type(one.type) & (SIPSONDE_CODEC_COUNT - 1), one.codec);
    EXPECT_EQ(codec_of_static_type(one.type) >> SIPSONDE_STREAM_CODEC_BITS, one.clock);
  }
}

TEST(RtpTime, ATickLastsAsLongAsItsClockSays) {
  const double kHertz[] = {0, 8000, 16000, 24000, 32000, 44100, 48000, 90000};
  for (int clock = 1; clock < SIPSONDE_CLOCK_COUNT; ++clock)
    EXPECT_NEAR(rtp_tick_lasts[clock] / 256.0 * kHertz[clock] / 1e9, 1, 1e-6) << clock;
  EXPECT_EQ(rtp_tick_lasts[SIPSONDE_CLOCK_unknown], 0u);
}

TEST(RtpTime, JitterFollowsTheVector) {
  const int arrivals[] = {160, 330, 480, 640, 880, 960};
  const double expected[] = {0, 0.625, 1.2109, 1.1353, 6.0643, 10.6853};
  Times times;
  for (std::uint32_t i = 0; i < std::size(arrivals); ++i) {
    times.take(kStart + static_cast<std::uint64_t>(arrivals[i]) * kUnit8000, 160 * (i + 1));
    EXPECT_NEAR(times.stream().jitter_ns / static_cast<double>(kUnit8000), expected[i], 0.01) << i;
  }
}

TEST(RtpTime, JitterOfAlternatingDelayApproachesIt) {
  Times times;
  std::vector<double> units = {0};
  for (std::uint32_t i = 1; i < 40; ++i) {
    times.take(kStart + (160 * i + (i % 2 ? 80 : 0)) * kUnit8000, 160 * i);
    units.push_back(times.stream().jitter_ns / static_cast<double>(kUnit8000));
  }
  const struct {
    std::size_t packet;
    int reported;
  } kVector[] = {{2, 5}, {3, 9}, {4, 14}, {5, 18}, {16, 49}, {40, 73}};
  for (const auto& one : kVector)
    EXPECT_EQ(static_cast<int>(units[one.packet - 1] + 0.02), one.reported) << one.packet;
}

struct ClockCase {
  std::uint8_t payload_type;
  double hertz;
};

TEST(RtpTime, JitterIsThatOfTheModelAtRandomForEveryClock) {
  std::mt19937 random(7);
  for (const ClockCase clock : {ClockCase{0, 8000}, {6, 16000}, {10, 44100}, {31, 90000}}) {
    SCOPED_TRACE(clock.hertz);
    auto timestamp = static_cast<std::uint32_t>(random());
    Times times(clock.payload_type, timestamp);
    JitterModel model(clock.hertz, kStart, timestamp);
    std::uint64_t sent = kStart;
    double most = 0, sum = 0;
    for (int i = 0; i < 10'000; ++i) {
      sent += 20 * kMillisecond;
      timestamp += static_cast<std::uint32_t>(clock.hertz / 50);  // wraps: 10 000 are 200 s
      const std::uint64_t arrival = sent + random() % (40 * kMillisecond);
      times.take(arrival, timestamp);
      model.take(arrival, timestamp);
      most = std::max(most, model.jitter_ns);
      sum += model.jitter_ns;
      ASSERT_NEAR(times.stream().jitter_ns, model.jitter_ns, 2 * kTick) << i;
    }
    EXPECT_NEAR(times.stream().jitter_max_ns, most, 2 * kTick);
    EXPECT_NEAR(static_cast<double>(times.stream().jitter_sum_ns) / sum, 1, 1e-3);
    EXPECT_EQ(times.stream().unmeasured, 1u);
    EXPECT_EQ(times.stream().restarts, 0u);
  }
}

TEST(RtpTime, JitterHasNoTroubleWithTimestampsAndTicksThatWrap) {
  const std::uint64_t start = ((1ULL << 32) - 50'000) << SIPSONDE_STREAM_TICK_SHIFT;
  Times times(0, 0xffffff00, start);
  for (std::uint32_t i = 1; i <= 100; ++i) times.take(start + i * 20 * kMillisecond, 0xffffff00 + 160 * i);
  EXPECT_LE(times.stream().jitter_ns, 2 * kTick);
  EXPECT_EQ(times.stream().restarts, 0u);
  EXPECT_EQ(times.stream().longest_gap, 0u);
}

TEST(RtpTime, APacketWithMarkerTellsNothingOfJitter) {
  Times times;
  times.take(kStart + 20 * kMillisecond, 160);
  times.take(kStart + 5'000 * kMillisecond, 320, true);  // silence: the timestamp may or may not have jumped
  EXPECT_EQ(times.stream().unmeasured, 2u);
  EXPECT_LE(times.stream().jitter_ns, kTick);
  EXPECT_EQ(times.stream().restarts, 0u);
  times.take(kStart + 5'020 * kMillisecond, 480);  // is measured from there on
  EXPECT_EQ(times.stream().unmeasured, 2u);
  EXPECT_LE(times.stream().jitter_ns, kTick);
}

TEST(RtpTime, AStepOfMoreThanASecondIsNoJitter) {
  for (const std::uint32_t timestamp : {320u + 8002, 320u - 8002, 0x80000000u}) {
    SCOPED_TRACE(timestamp);
    Times times;
    times.take(kStart + 20 * kMillisecond, 160);
    times.stream().delay_ns = 5;
    times.take(kStart + 40 * kMillisecond, timestamp);
    EXPECT_LE(times.stream().jitter_ns, kTick);
    EXPECT_EQ(times.stream().restarts, 1u);
    EXPECT_EQ(times.stream().delay_ns, 0);
    EXPECT_EQ(times.stream().unmeasured, 2u);
    times.take(kStart + 60 * kMillisecond, timestamp + 160);
    EXPECT_EQ(times.stream().restarts, 1u);
  }
}

TEST(RtpTime, AStepOfASecondAtMostIsJitter) {
  Times times;
  times.take(kStart + 20 * kMillisecond, 160 + 7990);
  EXPECT_NEAR(times.stream().jitter_ns, 7990 * kUnit8000 / 16.0, kTick);
  EXPECT_EQ(times.stream().restarts, 0u);
}

TEST(RtpTime, WithoutAClockThereIsNoJitter) {
  Times times(96);
  for (std::uint32_t i = 1; i <= 10; ++i) times.take(kStart + i * i * 20 * kMillisecond, 160 * i);
  EXPECT_EQ(times.stream().jitter_ns, 0u);
  EXPECT_EQ(times.stream().unmeasured, 11u);
}

TEST(RtpTime, TheLongestGapIsKept) {
  Times times;
  for (const std::uint64_t at : {20, 40, 90, 390, 410, 1410, 1500})  // 1410 with a marker or without
    times.take(kStart + at * kMillisecond, static_cast<std::uint32_t>(8 * at));
  EXPECT_NEAR(times.stream().longest_gap * kTick, 1000.0 * kMillisecond, kTick);
}

TEST(RtpTime, WhatComesAfterTheJitterBufferIsLate) {
  Times times;
  times.take(kStart + 20 * kMillisecond, 160);
  times.take(kStart + (40 + 59) * kMillisecond, 320);
  EXPECT_EQ(times.stream().late, 0u);
  times.take(kStart + (60 + 62) * kMillisecond, 480);
  times.take(kStart + (80 + 62) * kMillisecond, 640);
  EXPECT_EQ(times.stream().late, 2u);
  times.take(kStart + 100 * kMillisecond, 800);
  EXPECT_EQ(times.stream().late, 2u);
  EXPECT_LE(times.stream().delay_ns, static_cast<__s32>(kMillisecond));
}

TEST(RtpTime, AClockThatDriftsMakesNothingLate) {
  for (const double drift : {1 + 200e-6, 1 - 200e-6}) {  // twice what RFC 3550 senders usually have
    Times times;
    for (std::uint32_t i = 1; i <= 200'000; ++i)
      times.take(kStart + static_cast<std::uint64_t>(i * 20.0 * kMillisecond * drift), 160 * i);
    EXPECT_EQ(times.stream().late, 0u) << drift;
  }
}

}  // namespace
}  // namespace sipsonde::testing
