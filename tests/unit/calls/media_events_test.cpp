// SPDX-License-Identifier: Apache-2.0
// What is told of the streams of a leg while they last.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media_stage.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;

TEST(MediaEvents, TellWhenEachWayBeganAfterTheAnswer) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks(), back = callee_speaks();
  on.speak(out, milliseconds(1150), milliseconds(1250));
  on.speak(back, milliseconds(1250), milliseconds(1350));
  hang_up(on, dialog, milliseconds(2000));
  const auto started = on.events_of(EventName::media_started);
  ASSERT_EQ(started.size(), 2u);
  EXPECT_EQ(started[0].time_ns, at(milliseconds(1150)));
  EXPECT_EQ(started[0].source, of_caller());
  EXPECT_EQ(started[0].destination, of_callee());
  EXPECT_EQ(attribute(started[0], "way"), "sent");
  EXPECT_EQ(attribute(started[0], "ssrc"), "4369");
  EXPECT_EQ(attribute(started[0], "codec"), "PCMU");
  EXPECT_EQ(attribute(started[0], "after_answer_ms"), "150");
  EXPECT_EQ(attribute(started[1], "way"), "received");
  EXPECT_EQ(attribute(started[1], "after_answer_ms"), "250");
}

TEST(MediaEvents, CallItEarlyBeforeTheAnswer) {
  MediaStage on;
  Dialog dialog;
  auto messages = call_with_media(dialog);
  messages[2] = with_sdp(messages[2], sdp(of_callee()));
  on.stage.see({messages[0], messages[1], messages[2]});
  Speaker back = callee_speaks();
  on.speak(back, milliseconds(300), milliseconds(900));
  on.stage.see({messages[3], messages[4]});
  hang_up(on, dialog, milliseconds(2000));
  EXPECT_THAT(on.event_names(), ElementsAre("media.early", "media.ended"));
  EXPECT_EQ(attribute(on.events()[0], "after_answer_ms"), "");
}

TEST(MediaEvents, TellTheFiguresAtTheEnd) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(2100));
  out.lose(2);
  on.speak(out, milliseconds(2140), milliseconds(3140));
  hang_up(on, dialog, milliseconds(3200));
  const auto ended = on.events_of(EventName::media_ended);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].time_ns, at(milliseconds(3200)));
  EXPECT_EQ(attribute(ended[0], "packets"), "100");
  EXPECT_EQ(attribute(ended[0], "bytes"), "17200");
  EXPECT_EQ(attribute(ended[0], "lost"), "2");
  EXPECT_EQ(attribute(ended[0], "duplicate"), "0");
  EXPECT_EQ(attribute(ended[0], "reordered"), "0");
  EXPECT_EQ(attribute(ended[0], "jitter_ms"), "0");
  EXPECT_EQ(attribute(ended[0], "mos").substr(0, 2), "4.");
}

TEST(MediaEvents, TellAnotherCodecAndWhatWasBefore) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(1500));
  out.codec = kPcma;
  on.kernel.streams[out.slot].codec = kPcma;
  for (int repeats = 0; repeats < 3; ++repeats)
    on.tell(out, milliseconds(1500 + repeats), on.note_of(out, SIPSONDE_STREAM_NEWS_codec_changed));
  on.speak(out, milliseconds(1520), milliseconds(1600));
  hang_up(on, dialog, milliseconds(2000));
  const auto changed = on.events_of(EventName::media_codec_changed);
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(attribute(changed[0], "codec"), "PCMA");
  EXPECT_EQ(attribute(changed[0], "codec_before"), "PCMU");
  EXPECT_EQ(on.stage.only_record().codec, SIPSONDE_CODEC_pcma);
}

TEST(MediaEvents, AreSilentOfACodecThatHasOnlyBecomeKnown) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  out.codec = kUnexplained;
  on.speak(out, milliseconds(1100), milliseconds(1500));
  out.codec = kPcma;
  on.tell_again(out, milliseconds(1500));
  EXPECT_TRUE(on.events_of(EventName::media_codec_changed).empty());
}

TEST(MediaEvents, TellAnotherSenderOnTheSamePath) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker first = caller_speaks(), second = caller_speaks();
  second.ssrc = 0x3333;
  second.slot = 3;
  on.speak(first, milliseconds(1100), milliseconds(1500));
  on.speak(second, milliseconds(1500), milliseconds(2100));
  hang_up(on, dialog, milliseconds(2200));
  EXPECT_THAT(on.event_names(), ElementsAre("media.started", "media.ssrc_changed", "media.started",
                                            "media.ended", "media.ended"));
  const auto changed = on.events_of(EventName::media_ssrc_changed);
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(attribute(changed[0], "ssrc"), "13107");
  EXPECT_EQ(attribute(changed[0], "ssrc_before"), "4369");
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.packets_sent, 50u);
  EXPECT_EQ(record.media.size(), 2u);
}

// ---- digits ----

// A telephone-event as the kernel tells it: its first packet and its last ones.
void press(MediaStage& on, const Speaker& who, milliseconds when, std::uint8_t event,
           std::uint32_t timestamp) {
  sipsonde_stream_note note = on.note_of(who, SIPSONDE_STREAM_NEWS_telephone_event);
  note.timestamp = timestamp;
  note.event = event;
  for (int copy = 0; copy < 4; ++copy) {
    note.event_end = copy > 0;
    note.event_duration = static_cast<__u16>(copy > 0 ? 800 : 160);
    on.tell(who, when + milliseconds(20 * copy), note);
  }
}

TEST(Digits, AreToldOnceAndNotWhichTheyAre) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(1200));
  press(on, out, milliseconds(1200), 5, 5000);
  press(on, out, milliseconds(1400), 5, 9000);
  const auto pressed = (on.stage.close(seconds(2)), on.events_of(EventName::media_dtmf));
  ASSERT_EQ(pressed.size(), 2u);
  EXPECT_EQ(pressed[0].time_ns, at(milliseconds(1200)));
  EXPECT_EQ(attribute(pressed[0], "way"), "sent");
  EXPECT_EQ(attribute(pressed[0], "digit"), "");
}

TEST(Digits, AreNamedWhereTheConfigurationSaysSo) {
  Settings settings;
  settings.media.dtmf_digits = true;
  MediaStage on(settings);
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(1200));
  std::uint32_t timestamp = 5000;
  for (const std::uint8_t event : std::initializer_list<std::uint8_t>{0, 9, 10, 11, 12, 15, 16, 255})
    press(on, out, milliseconds(1200), event, timestamp += 1000);
  on.stage.close(seconds(2));
  std::vector<std::string> digits;
  for (const CallEvent& event : on.events_of(EventName::media_dtmf))
    digits.emplace_back(attribute(event, "digit"));
  EXPECT_THAT(digits, ElementsAre("0", "9", "*", "#", "A", "D", "", ""));
}

TEST(Digits, OfAnEncryptedStreamAreNoise) {
  Settings settings;
  settings.media.dtmf_digits = true;
  MediaStage on(settings);
  Dialog dialog;
  on.stage.see(call_with_media(dialog, sdp(of_caller(), "", "RTP/SAVP"), sdp(of_callee(), "", "RTP/SAVP")));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), milliseconds(1200));
  press(on, out, milliseconds(1200), 5, 5000);
  on.stage.close(seconds(2));
  EXPECT_TRUE(on.events_of(EventName::media_dtmf).empty());
}

}  // namespace
}  // namespace sipsonde::test
