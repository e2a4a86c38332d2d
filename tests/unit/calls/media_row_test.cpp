// SPDX-License-Identifier: Apache-2.0
// What the row of a leg says of its media.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media_stage.h"

namespace sipsonde::test {
namespace {

constexpr double kBestMos = 4.4093;  // R of 93.2

TEST(RowOfMedia, HasBothWaysAndTheWorseOfThem) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks(), back = callee_speaks();
  on.converse(out, back, milliseconds(1100), milliseconds(3100));
  back.lose(10);
  on.converse(out, back, milliseconds(3300), milliseconds(5300));
  hang_up(on, dialog, milliseconds(5400));
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.codec, SIPSONDE_CODEC_pcmu);
  EXPECT_EQ(record.packets_sent, 200u);
  EXPECT_EQ(record.packets_received, 200u);
  EXPECT_EQ(record.bytes_sent, 200 * kPacketBytes);
  EXPECT_EQ(record.bytes_received, 200 * kPacketBytes);
  EXPECT_EQ(record.packets_lost, 10u);
  EXPECT_NEAR(record.loss_fraction.value_or(-1), 10.0 / 410, 1e-9);
  ASSERT_TRUE(record.jitter_ms);
  EXPECT_GT(*record.jitter_ms, 1);  // `out` paused for 180 ms, its clock did not
  ASSERT_TRUE(record.estimated_mos);
  EXPECT_LT(*record.estimated_mos, 4.2);
  EXPECT_FALSE(record.mos_is_wideband);
  EXPECT_EQ(record.rtt_ms, std::nullopt);
  EXPECT_EQ(record.coverage, Coverage::full);

  ASSERT_EQ(record.media.size(), 2u);
  for (const MediaRecord& stream : record.media) {
    const bool sent = stream.way == MediaWay::sent;
    EXPECT_EQ(stream.ssrc, sent ? 0x1111u : 0x2222u);
    EXPECT_EQ(stream.source, MediaSource::rtp);
    EXPECT_EQ(stream.packets, 200u);
    EXPECT_EQ(stream.lost, sent ? 0u : 10u);
    EXPECT_EQ(stream.source_address, sent ? of_caller() : of_callee());
    EXPECT_EQ(stream.destination_address, sent ? of_callee() : of_caller());
    EXPECT_TRUE(stream.jitter_ms);
    EXPECT_TRUE(stream.mos);
  }
}

TEST(RowOfMedia, IsWithoutFiguresWhereNothingWasHeard) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(2100));
  hang_up(on, dialog, milliseconds(2200));
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.packets_sent, 50u);
  EXPECT_EQ(record.packets_received, std::nullopt);
  EXPECT_EQ(record.bytes_received, std::nullopt);
  EXPECT_EQ(record.packets_lost, 0u);
  EXPECT_NEAR(record.estimated_mos.value_or(0), kBestMos, 1e-4);
}

TEST(RowOfMedia, CountsWhatIsUndecidedAtTheEndAsLost) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(1500));
  out.lose(3);
  on.speak(out, milliseconds(1560), milliseconds(1600));
  hang_up(on, dialog, milliseconds(1700));
  EXPECT_EQ(on.stage.only_record().packets_lost, 3u);
}

TEST(RowOfMedia, OfNarrowAndWideWaysIsOfTheNarrowScale) {
  const std::uint8_t opus = packed_codec(SIPSONDE_CODEC_opus, SIPSONDE_CLOCK_48000);
  for (const bool both_wide : {false, true}) {
    MediaStage on;
    Dialog dialog;
    on.stage.see(call_with_media(dialog));
    Speaker out = caller_speaks(), back = callee_speaks();
    out.codec = opus;
    if (both_wide) back.codec = opus;
    on.converse(out, back, milliseconds(1100), milliseconds(2100));
    hang_up(on, dialog, milliseconds(2200));
    EXPECT_EQ(on.stage.only_record().mos_is_wideband, both_wide);
    EXPECT_TRUE(on.stage.only_record().estimated_mos);
  }
}

TEST(RowOfMedia, HasNoMosOfACodecOfWhichNothingIsPublished) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  out.codec = packed_codec(SIPSONDE_CODEC_speex, SIPSONDE_CLOCK_16000);
  on.speak(out, milliseconds(1100), milliseconds(2100));
  hang_up(on, dialog, milliseconds(2200));
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.codec, SIPSONDE_CODEC_speex);
  EXPECT_EQ(record.estimated_mos, std::nullopt);
  EXPECT_TRUE(record.jitter_ms);
}

TEST(RowOfMedia, IsLossyWhenAStreamGaveWay) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(15'000));
  on.kernel.streams[out.slot] = {};
  on.kernel.streams[out.slot].key = 4711;
  hang_up(on, dialog, milliseconds(16'000));
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.coverage, Coverage::lossy);
  // As it was at the last look.
  EXPECT_NEAR(static_cast<double>(record.packets_sent.value_or(0)), 500, 2);
}

TEST(RowOfMedia, IsLossyWhenAStreamGaveWayBeforeItWasEverLookedAt) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(2000));
  on.kernel.streams[out.slot] = {};
  hang_up(on, dialog, milliseconds(2100));
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.coverage, Coverage::lossy);
  EXPECT_EQ(record.packets_sent, std::nullopt);
  EXPECT_TRUE(record.media.empty());
}

TEST(RowOfMedia, IsOfLatePacketsTooByTheJitterBuffer) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(3100));
  on.speak(out, milliseconds(3200), milliseconds(3600));  // a route that is 100 ms longer
  hang_up(on, dialog, milliseconds(3700));
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.packets_lost, 0u);
  ASSERT_TRUE(record.estimated_mos);
  EXPECT_LT(*record.estimated_mos, 4);
}

TEST(RowOfMedia, TakesTheBufferAndThePacketTimeIntoTheDelay) {
  for (const bool slow : {false, true}) {
    Settings settings;
    if (slow) settings.media.jitter_buffer = milliseconds(200);
    MediaStage on(settings);
    Dialog dialog;
    on.stage.see(call_with_media(dialog, sdp(of_caller()), sdp(of_callee(), "a=ptime:60\r\n")));
    Speaker out = caller_speaks();
    on.speak(out, milliseconds(1100), milliseconds(2100));
    hang_up(on, dialog, milliseconds(2200));
    // 60 + 60 ms: Idd 0.02; 200 + 60 ms: Idd 10.
    EXPECT_NEAR(on.stage.only_record().estimated_mos.value_or(0), slow ? 4.1 : kBestMos, slow ? 0.1 : 0.01);
  }
}

TEST(RowOfMedia, OfACallThatWasCutHasWhatWasSeen) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(2100));
  on.stage.close(milliseconds(2100));
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.coverage, Coverage::cut);
  EXPECT_EQ(record.packets_sent, 50u);
  EXPECT_EQ(on.events_of(EventName::media_ended).size(), 1u);
}

}  // namespace
}  // namespace sipsonde::test
