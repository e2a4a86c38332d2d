// SPDX-License-Identifier: Apache-2.0
// Media that is more, or other, than anybody sends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "media_stage.h"

namespace sipsonde::test {
namespace {

TEST(MediaBounds, OfALegAreSixteenStreams) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  for (std::uint32_t ssrc = 1; ssrc <= 40; ++ssrc) {
    Speaker who = caller_speaks();
    who.ssrc = ssrc;
    who.slot = ssrc;
    on.speak(who, milliseconds(1100), milliseconds(1140));
  }
  hang_up(on, dialog, milliseconds(1200));
  EXPECT_EQ(on.stage.only_record().media.size(), 16u);
  EXPECT_EQ(on.stage.only_record().packets_sent, 32u);
}

TEST(MediaBounds, OfAWorkerAreItsShareOfTheStreams) {
  Settings settings;
  settings.limits.streams = 8;
  MediaStage on(settings, 2);
  for (std::uint32_t stray = 1; stray <= 10; ++stray) {
    Speaker who{ipv4(50, 4000), ipv4(51, 5000), stray, stray};
    on.packet(who, milliseconds(0));
  }
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  out.slot = 77;
  on.speak(out, milliseconds(1100), milliseconds(2000));
  hang_up(on, dialog, milliseconds(2000));
  EXPECT_TRUE(on.stage.only_record().media.empty());  // four strays are there
  on.stage.wait_until(seconds(30));                   // and are gone
  EXPECT_EQ(on.heard.reports.size(), 4u);
}

// A session of `count` addresses, on from port 2 * `from`.
std::string with_candidates(std::uint8_t host, int count) {
  std::string lines;
  for (int i = 0; i < count; ++i)
    lines += "a=candidate:1 1 UDP 1 192.0.2." + std::to_string(host) + " " + std::to_string(10000 + i) +
             " typ host\r\n";
  return sdp(ipv4(host, 4000), lines);
}

TEST(MediaBounds, OfTheBookAreTwoEndpointsAStreamAndTheRestIsRefused) {
  Settings settings;
  settings.limits.streams = 8;
  MediaStage on(settings);
  Dialog dialog;
  on.stage.see(with_sdp(dialog.invite(), with_candidates(11, 20)));
  EXPECT_EQ(on.kernel.endpoints.size(), 16u);
  EXPECT_EQ(on.stage.table().gauges().refused_endpoints.load(), 2u);
  on.stage.close(seconds(1));
  EXPECT_TRUE(on.kernel.endpoints.empty());
}

TEST(MediaBounds, OfTheKernelAreCounted) {
  MediaStage on;
  on.kernel.is_full = true;
  Dialog dialog;
  const auto messages = call_with_media(dialog);
  on.stage.see(messages);
  EXPECT_EQ(on.stage.table().gauges().refused_endpoints.load(), 4u);
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(2000));
  on.stage.close(seconds(3));
}

TEST(MediaBounds, HoldAgainstRepeatedNotes) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(1200));
  for (int repeat = 0; repeat < 100; ++repeat) on.tell_again(out, milliseconds(1200));
  hang_up(on, dialog, milliseconds(1300));
  EXPECT_EQ(on.events_of(EventName::media_started).size(), 1u);
  EXPECT_EQ(on.stage.only_record().media.size(), 1u);
  EXPECT_EQ(on.stage.only_record().packets_sent, 5u);
}

TEST(MediaBounds, HoldAgainstAStreamWhoseSlotIsAnothersByNow) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker first = caller_speaks(), second = callee_speaks();
  second.slot = first.slot;
  on.speak(first, milliseconds(1100), milliseconds(1200));
  on.speak(second, milliseconds(1200), milliseconds(1300));
  on.speak(first, milliseconds(1300), milliseconds(1400));
  hang_up(on, dialog, milliseconds(1500));
  EXPECT_EQ(on.stage.only_record().coverage, Coverage::lossy);
}

TEST(MediaBounds, HoldAgainstNotesOfNoise) {
  Settings settings;
  settings.media.dtmf_digits = true;
  settings.limits.streams = 64;
  MediaStage on(settings);
  std::mt19937 random(4711);
  const auto any = [&](unsigned below) { return static_cast<std::uint32_t>(random() % below); };
  for (int call = 0; call < 20; ++call) {
    Dialog dialog;
    dialog.call_id = "call-" + std::to_string(call);
    dialog.prefix += std::to_string(call) + "-";
    const milliseconds begin(call * 5000);
    for (const Message& message : call_with_media(dialog)) on.stage.see(message.later(begin));
    for (int noise = 0; noise < 200; ++noise) {
      sipsonde_stream_note note{};
      note.slot = any(8) == 0 ? UINT32_MAX - any(3) : any(100);
      note.key = any(4);
      note.first_ns = any(2) == 0 ? 0 : at(begin + milliseconds(any(10'000)));
      note.ssrc = any(4);
      note.timestamp = any(3);
      note.news = static_cast<__u8>(any(256) % 6);
      note.payload_type = static_cast<__u8>(any(256));
      note.codec = static_cast<__u8>(any(2) == 0 ? 255 : any(256));
      note.codec_before = static_cast<__u8>(any(256));
      note.event = static_cast<__u8>(any(256));
      Speaker who = any(2) == 0 ? caller_speaks() : callee_speaks();
      if (any(3) == 0) std::swap(who.source, who.destination);
      if (any(5) == 0) who.source = who.destination = Endpoint{};
      auto& bytes = on.kernel.streams[note.slot];
      auto* const place = reinterpret_cast<unsigned char*>(&bytes);
      for (std::size_t i = 0; i < sizeof bytes; ++i) place[i] = static_cast<unsigned char>(random());
      if (any(2) == 0) bytes.key = note.key;
      on.tell(who, begin + milliseconds(1100 + noise * 15), note);
    }
    if (call % 2 == 0)
      for (const Message& message : hung_up(dialog.by_caller("BYE", 9, begin + milliseconds(4200))))
        on.stage.see(message);
  }
  on.stage.close(seconds(200));
  EXPECT_EQ(on.stage.records().size(), 20u);
  for (const CallRecord& record : on.stage.records()) {
    EXPECT_LE(record.media.size(), 24u);
    if (record.loss_fraction) EXPECT_LE(*record.loss_fraction, 1);
    if (record.estimated_mos) EXPECT_TRUE(*record.estimated_mos >= 1 && *record.estimated_mos <= 4.5);
    if (record.jitter_ms) EXPECT_GE(*record.jitter_ms, 0);
  }
  EXPECT_TRUE(on.kernel.endpoints.empty());
}

TEST(MediaBounds, AreNoneOfATableThatDoesNotWatchMedia) {
  Stage stage;
  Dialog dialog;
  stage.see(call_with_media(dialog));
  sipsonde_stream_note note{};
  stage.table().observe_stream({at(seconds(2)), of_caller(), of_callee(), SIPSONDE_FLOW_ingress, 1}, note);
  stage.table().observe_rtcp({at(seconds(2)), of_caller(), of_callee(), SIPSONDE_FLOW_ingress, 1}, {},
                             receiver_report(1, 2, 3, 4), false);
  stage.close(seconds(3));
  EXPECT_TRUE(stage.only_record().media.empty());
}

}  // namespace
}  // namespace sipsonde::test
