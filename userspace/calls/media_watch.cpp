// SPDX-License-Identifier: Apache-2.0
// Every ten seconds of event time a look at the streams: what is reported of them, and who has fallen silent.
#include <algorithm>

#include "calls/call_state.h"
#include "calls/events.h"
#include "media/codec.h"
#include "media/stream_figures.h"
#include "media/way_quality.h"

namespace sipsonde {
namespace {

// The end of media is told a moment after the end of the leg: what is on its way may still come.
constexpr std::uint32_t kStragglers = 10;

bool speaks(MediaFlow flow) {
  return flow == MediaFlow::sendrecv || flow == MediaFlow::sendonly || flow == MediaFlow::unknown;
}
bool listens(MediaFlow flow) {
  return flow == MediaFlow::sendrecv || flow == MediaFlow::recvonly || flow == MediaFlow::unknown;
}

// The clock that a stream without SDP keeps, by its timestamps against ours; nullopt when that is not clear.
std::optional<sipsonde_clock> clock_by_sight(const sipsonde_stream& before, const sipsonde_stream& now) {
  static constexpr struct {
    sipsonde_clock clock;
    double hertz;
  } kClocks[] = {
#define X(number, name, hertz) {SIPSONDE_CLOCK_##name, hertz},
      SIPSONDE_CLOCKS(X)
#undef X
  };
  const double seconds = static_cast<double>(now.last_time - before.last_time) * 1024e-9;
  if (seconds < 2 || seconds > 60) return std::nullopt;
  const double rate = static_cast<double>(now.last_timestamp - before.last_timestamp) / seconds;
  for (const auto& candidate : kClocks)
    if (candidate.hertz > 0 && std::abs(rate - candidate.hertz) < candidate.hertz * 0.03)
      return candidate.clock;
  return std::nullopt;
}

}  // namespace

// True when packets have come since the last look.
bool CallTable::State::look_at(MediaStream& stream, sipsonde_stream& now) {
  kernel_media_->read(stream.slot, now);
  if (now.key != stream.key) {
    stream.gave_way = true;
    return stream.active = false;
  }
  if (now.codec) stream.codec = now.codec;
  stream.active = now.highest != stream.highest_seen;
  stream.highest_seen = now.highest;
  return stream.active;
}

WayConditions CallTable::State::conditions_of(const LegMedia* media, const MediaStream& stream) const {
  WayConditions conditions;
  conditions.jitter_buffer_ms =
      std::chrono::duration<double, std::milli>(settings_.media.jitter_buffer).count();
  if (!media) return conditions;
  if (const std::uint16_t packet_ms = media->side(listener_of(stream.way)).packet_ms)
    conditions.packet_time_ms = packet_ms;
  conditions.round_trip_ms = round_trip_of(*media);
  return conditions;
}

// Ten seconds of a stream into the metrics.
void CallTable::State::report(MediaStream& stream, const sipsonde_stream& now, const LegMedia* media,
                              std::string_view tenant) {
  const StreamFigures part = figures_between(stream.reported, now, false);
  if (!clock_of(now.codec) && stream.reported.key == now.key)
    if (const auto clock = clock_by_sight(stream.reported, now))
      kernel_media_->set_clock(stream.slot, stream.key, *clock);
  stream.reported = now;
  if (!media_reports_ || part.received == 0) return;
  const std::optional<Mos> mos = opinion_of(part, conditions_of(media, stream));
  const bool is_narrowband = mos && mos->scale == MosScale::narrowband;
  media_reports_->observe(tenant, part.jitter_mean_ms(),
                          is_narrowband ? std::optional(mos->value) : std::nullopt, part.lost,
                          part.received + part.lost);
}

std::string_view CallTable::State::tenant_of(TrunkIndex trunk) const {
  return trunk < settings_.trunks.size() ? std::string_view(settings_.trunks[trunk].tenant) : "default";
}

void CallTable::State::look_at_media(LegMedia& media) {
  Leg* const leg = dialogs_.find(media.leg);
  if (!leg) return;
  scratch_.clear();
  if (media.row_written) {
    tell_late(*leg, media);
    return forget_media(*leg);
  }
  bool heard[2] = {};
  for (std::uint32_t i = media.streams; i != kNone; i = streams_.at(i).next_of_leg) {
    MediaStream& stream = streams_.at(i);
    sipsonde_stream now{};
    if (look_at(stream, now)) {
      heard[static_cast<int>(stream.way)] = true;
      stream.told_silent = false;
      media.last_ns = std::max(media.last_ns, last_packet_ns(now));
    }
    if (!stream.gave_way) report(stream, now, &media, tenant_of(leg->trunk));
  }
  if (leg->phase == Phase::confirmed) tell_silence(*leg, media, heard);
  wheel_.schedule(media.look, now_ns_ + kMediaInterval_ns);
}

// When the last packet passed, by ticks that wrap: of a stream that has just been active.
std::uint64_t CallTable::State::last_packet_ns(const sipsonde_stream& stream) const {
  const auto now = static_cast<std::uint32_t>(now_ns_ >> SIPSONDE_STREAM_TICK_SHIFT);
  const auto ago = static_cast<std::int32_t>(now - stream.last_time);
  return now_ns_ - (static_cast<std::uint64_t>(std::max(ago, 0)) << SIPSONDE_STREAM_TICK_SHIFT);
}

// Nothing from one side although both agreed that it speaks; nothing any more from one that spoke.
void CallTable::State::tell_silence(Leg& leg, LegMedia& media, const bool (&heard)[2]) {
  for (const MediaWay way : {MediaWay::sent, MediaWay::received}) {
    const bool other_heard =
        heard[static_cast<int>(way == MediaWay::sent ? MediaWay::received : MediaWay::sent)];
    if (heard[static_cast<int>(way)] || !is_expected(media, way)) continue;
    MediaStream* const last = newest_stream(media, way);
    if (last && !last->told_silent) {
      last->told_silent = true;
      tell_media(leg, EventName::media_silent, *last);
    } else if (!last && other_heard) {
      tell_one_way(leg, media, way);
    }
  }
}

bool CallTable::State::is_expected(const LegMedia& media, MediaWay way) const {
  const MediaSide& speaker = media.side(speaker_of(way));
  const MediaSide& listener = media.side(listener_of(way));
  return speaker.described && listener.described && speaks(speaker.flow) && listens(listener.flow);
}

MediaStream* CallTable::State::newest_stream(const LegMedia& media, MediaWay way) {
  for (std::uint32_t i = media.streams; i != kNone; i = streams_.at(i).next_of_leg)
    if (streams_.at(i).way == way) return &streams_.at(i);
  return nullptr;
}

// `silent`: the way that nothing comes.
void CallTable::State::tell_one_way(Leg& leg, LegMedia& media, MediaWay silent) {
  const MediaStream* const heard =
      newest_stream(media, silent == MediaWay::sent ? MediaWay::received : MediaWay::sent);
  if (media.told_one_way || !heard) return;
  media.told_one_way = true;
  CallEvent event =
      event_without_message(leg, EventName::media_one_way, now_ns_, SIPSONDE_METHOD_other, true);
  event.source = heard->destination;
  event.destination = heard->source;
  add_attribute(event, scratch_, "way", label(silent));
  tell(leg, event);
}

// Media that goes on although the leg has ended.
void CallTable::State::tell_late(Leg& leg, LegMedia& media) {
  bool told = false;
  for (std::uint32_t i = media.streams; i != kNone; i = streams_.at(i).next_of_leg) {
    MediaStream& stream = streams_.at(i);
    const std::uint32_t before = stream.highest_seen;
    sipsonde_stream now{};
    if (!look_at(stream, now) || now.highest - before < kStragglers) continue;
    CallEvent event = media_event(leg, EventName::media_late, stream, now_ns_);
    add_attribute(event, scratch_, "packets", now.highest - before);
    tell(leg, event);
    told = true;
  }
  if (told) flush(leg);
}

// ---- a leg about which nothing is heard ----

std::uint64_t CallTable::State::last_media_ns(const Leg& leg) const {
  const LegMedia* const media = leg_media_.find(leg.media);
  return media ? media->last_ns : 0;
}

// Before a leg is given up its streams are asked once more.
void CallTable::State::refresh_media(Leg& leg) {
  LegMedia* const media = leg_media_.find(leg.media);
  if (!media) return;
  for (std::uint32_t i = media->streams; i != kNone; i = streams_.at(i).next_of_leg) {
    MediaStream& stream = streams_.at(i);
    const std::uint32_t before = stream.highest_seen;
    sipsonde_stream now{};
    if (look_at(stream, now)) media->last_ns = std::max(media->last_ns, last_packet_ns(now));
    stream.highest_seen = before;  // the look that is due shall see it, too
  }
}

void CallTable::State::tell_media_timeout(Leg& leg) {
  const LegMedia* const media = leg_media_.find(leg.media);
  if (!media || media->streams == kNone) return;
  tell_media(leg, EventName::media_timeout, streams_.at(media->streams));
}

// ---- streams that no call has ----

void CallTable::State::look_at_stray(MediaStream& stream) {
  sipsonde_stream now{};
  if (!look_at(stream, now)) {
    close_stream(stream);
    kernel_media_->ask_again(stream.slot, stream.key);  // should it go on
    return forget_stray(stream.slot);
  }
  // By now it is a call's, on another worker, who reports it.
  if (now.flags & SIPSONDE_STREAM_HAS_CALL) return forget_stray(stream.slot);
  report(stream, now, nullptr,
         tenant_of(static_cast<TrunkIndex>(settings_.trunks.empty() ? 0 : settings_.trunks.size() - 1)));
  wheel_.schedule(stream.look, now_ns_ + kMediaInterval_ns);
}

// What the kernel had not decided is lost now, unless the stream goes on for somebody else.
void CallTable::State::close_stream(const MediaStream& stream) {
  if (!stream.counts_losses || stream.gave_way) return;
  sipsonde_stream now{};
  kernel_media_->read(stream.slot, now);
  if (now.key != stream.key) return;
  if (!sight_has_ended_ && now_ns_ - last_packet_ns(now) < kSecond / 2) return;
  const StreamFigures open = figures_of(now, false);
  measures_.count_lost_at_end(stream.flow, open.undecided);
}

}  // namespace sipsonde
