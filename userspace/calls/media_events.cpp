// SPDX-License-Identifier: Apache-2.0
// Media as lines of the story.
#include "calls/call_state.h"
#include "calls/events.h"
#include "calls/media_text.h"
#include "media/codec.h"

namespace sipsonde {
namespace {

// RFC 4733 section 3.2.
constexpr std::string_view kDigits = "0123456789*#ABCD";

}  // namespace

CallEvent CallTable::State::media_event(const Leg& leg, EventName name, const MediaStream& stream,
                                        std::uint64_t time_ns) {
  CallEvent event = event_without_message(leg, name, time_ns, SIPSONDE_METHOD_other, true);
  event.source = stream.source;
  event.destination = stream.destination;
  add_attribute(event, scratch_, "way", label(stream.way));
  add_attribute(event, scratch_, "ssrc", stream.ssrc);
  add_attribute(event, scratch_, "codec", codec_label(stream.codec));
  return event;
}

// The first packet of a stream: before the answer it is early media.
void CallTable::State::tell_started(Leg& leg, const MediaStream& stream) {
  const std::uint64_t answer_ns = leg.evidence.first_answer_ns();
  const bool early = answer_ns == kNever || stream.first_ns < answer_ns;
  CallEvent event =
      media_event(leg, early ? EventName::media_early : EventName::media_started, stream, stream.first_ns);
  if (!early) add_attribute(event, scratch_, "after_answer_ms", (stream.first_ns - answer_ns) / 1'000'000);
  tell(leg, event);
}

void CallTable::State::tell_source(Leg& leg, const MediaStream& stream, std::uint32_t before,
                                   std::uint64_t time_ns) {
  CallEvent event = media_event(leg, EventName::media_ssrc_changed, stream, time_ns);
  add_attribute(event, scratch_, "ssrc_before", before);
  tell(leg, event);
}

void CallTable::State::tell_codec(Leg& leg, const MediaStream& stream, std::uint8_t before,
                                  std::uint64_t time_ns) {
  CallEvent event = media_event(leg, EventName::media_codec_changed, stream, time_ns);
  add_attribute(event, scratch_, "codec_before", codec_label(before));
  tell(leg, event);
}

// Once for each event: its first packet and its last ones are told by the kernel, and all have the timestamp
// of its beginning (RFC 4733 section 2.2).
void CallTable::State::tell_digit(Leg& leg, LegMedia& media, MediaStream& stream,
                                  const sipsonde_stream_note& note) {
  if (stream.event_told && stream.event_timestamp == note.timestamp) return;
  stream.event_told = true;
  stream.event_timestamp = note.timestamp;
  if (media.side(listener_of(stream.way)).secure) return;  // encrypted
  CallEvent event = media_event(leg, EventName::media_dtmf, stream, now_ns_);
  if (settings_.media.dtmf_digits && note.event < kDigits.size())
    add_attribute(event, scratch_, "digit", kDigits.substr(note.event, 1));
  tell(leg, event);
}

void CallTable::State::tell_media(Leg& leg, EventName name, const MediaStream& stream) {
  tell(leg, media_event(leg, name, stream, now_ns_));
}

void CallTable::State::tell_ended(Leg& leg, const MediaStream& stream, const MediaRecord& record,
                                  std::uint64_t time_ns) {
  CallEvent event = media_event(leg, EventName::media_ended, stream, time_ns);
  add_attribute(event, scratch_, "packets", record.packets.value_or(0));
  add_attribute(event, scratch_, "bytes", record.bytes.value_or(0));
  add_attribute(event, scratch_, "lost", record.lost.value_or(0));
  add_attribute(event, scratch_, "duplicate", record.duplicate.value_or(0));
  add_attribute(event, scratch_, "reordered", record.reordered.value_or(0));
  if (record.jitter_ms)
    add_attribute(event, scratch_, "jitter_ms", decimal_text(*record.jitter_ms, 3, scratch_));
  if (record.mos) add_attribute(event, scratch_, "mos", decimal_text(*record.mos, 2, scratch_));
  tell(leg, event);
}

}  // namespace sipsonde
