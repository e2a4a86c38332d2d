// SPDX-License-Identifier: Apache-2.0
// What a leg's row says of its media (docs/media.md): streams as they passed here, and beside them what the
// far ends said of what they heard.
#include <algorithm>
#include <optional>

#include "calls/call_state.h"
#include "media/codec.h"
#include "media/stream_figures.h"
#include "media/way_quality.h"

namespace sipsonde {
namespace {

constexpr std::size_t kRecordsMax = 24;

// The streams of one way together, and those of them that are spoken: what a call sounded by.
struct WayTotal {
  StreamFigures figures;
  StreamFigures spoken;
  bool any = false;
  const MediaStream* last_spoken = nullptr;
  std::optional<Mos> mos;

  void add(const MediaStream& stream, const StreamFigures& more) {
    any ? add_figures(figures, more) : void(figures = more);
    any = true;
    if (is_video(more.codec)) return;
    last_spoken ? add_figures(spoken, more) : void(spoken = more);
    last_spoken = &stream;
  }
};

template <typename T, typename Choose>
std::optional<T> chosen(std::optional<T> left, std::optional<T> right, Choose choose) {
  if (!left || !right) return left ? left : right;
  return choose(*left, *right);
}

double least(double left, double right) {
  return std::min(left, right);
}
double most(double left, double right) {
  return std::max(left, right);
}

std::optional<double> value_of(const std::optional<Mos>& mos) {
  return mos ? std::optional(mos->value) : std::nullopt;
}

void sum_up(CallRecord& record, const WayTotal& sent, const WayTotal& received) {
  if (sent.any) {
    record.packets_sent = sent.figures.received;
    record.bytes_sent = sent.figures.bytes;
  }
  if (received.any) {
    record.packets_received = received.figures.received;
    record.bytes_received = received.figures.bytes;
  }
  const std::uint64_t lost = sent.figures.lost + received.figures.lost;
  const std::uint64_t expected = lost + sent.figures.received + received.figures.received;
  record.packets_lost = lost;
  if (expected > 0) record.loss_fraction = static_cast<double>(lost) / static_cast<double>(expected);
  record.jitter_ms = chosen(sent.figures.jitter_mean_ms(), received.figures.jitter_mean_ms(), most);
  for (const WayTotal* way : {&received, &sent})
    if (way->any) record.codec = way->figures.codec;
  for (const WayTotal* way : {&received, &sent})
    if (way->last_spoken) record.codec = way->spoken.codec;
}

// The worse way's, on one scale: when the ways differ the narrowband one decides.
void judge(CallRecord& record, const WayTotal& sent, const WayTotal& received) {
  const bool is_wide = (!sent.mos || sent.mos->scale == MosScale::wideband) &&
                       (!received.mos || received.mos->scale == MosScale::wideband);
  const auto counted = [&](const std::optional<Mos>& mos) {
    return mos && (mos->scale == MosScale::wideband) == is_wide ? value_of(mos) : std::nullopt;
  };
  record.estimated_mos = chosen(counted(sent.mos), counted(received.mos), least);
  record.mos_is_wideband = is_wide && record.estimated_mos;
}

}  // namespace

// The sum of both halves; else what an end says itself.
std::optional<double> CallTable::State::round_trip_of(const LegMedia& media) {
  const auto half = [](const MediaSide& side) { return side.round_trip_sum_ms / side.round_trips; };
  if (media.caller.round_trips && media.callee.round_trips) return half(media.caller) + half(media.callee);
  return chosen(media.caller.end_to_end_ms, media.callee.end_to_end_ms, most);
}

MediaRecord CallTable::State::record_of(const LegMedia& media, const MediaStream& stream,
                                        const StreamFigures& figures) const {
  MediaRecord record;
  record.way = stream.way;
  record.ssrc = stream.ssrc;
  record.codec = figures.codec;
  record.packets = figures.received;
  record.bytes = figures.bytes;
  record.lost = figures.lost;
  record.duplicate = figures.duplicates;
  record.reordered = figures.reordered;
  record.jitter_ms = figures.jitter_mean_ms();
  record.mos = value_of(opinion_of(figures, conditions_of(&media, stream)));
  record.source_address = stream.source;
  record.destination_address = stream.destination;
  return record;
}

// The leg has ended: its streams are read once more. They stay known for a moment, for what comes late.
void CallTable::State::media_closing(Leg& leg, CallRecord& record) {
  LegMedia* const media = leg_media_.find(leg.media);
  if (!media) return;
  BoundedList<MediaRecord, kRecordsMax> records;
  WayTotal totals[2];
  bool is_lossy = false;
  for (std::uint32_t i = media->streams; i != kNone; i = streams_.at(i).next_of_leg) {
    MediaStream& stream = streams_.at(i);
    sipsonde_stream now{};
    look_at(stream, now);
    is_lossy |= stream.gave_way;
    const StreamFigures figures =
        figures_between(stream.before, stream.gave_way ? stream.reported : now, true);
    if (!figures.codec) continue;
    MediaRecord of_stream = record_of(*media, stream, figures);
    of_stream.first_ns = stream.first_ns;
    of_stream.last_ns = std::max(stream.first_ns, last_packet_ns(stream.gave_way ? stream.reported : now));
    records.add(of_stream);
    totals[static_cast<int>(stream.way)].add(stream, figures);
    tell_ended(leg, stream, *(records.end() - 1), record.end_ns.value_or(now_ns_));
  }
  for (const MediaWay way : {MediaWay::sent, MediaWay::received}) {
    WayTotal& total = totals[static_cast<int>(way)];
    if (total.last_spoken) total.mos = opinion_of(total.spoken, conditions_of(media, *total.last_spoken));
  }
  if (totals[0].any || totals[1].any) {
    sum_up(record, totals[0], totals[1]);
    judge(record, totals[0], totals[1]);
  }
  record.rtt_ms = round_trip_of(*media);
  for (const MediaSide* side : {&media->caller, &media->callee}) {
    if (side->report) records.add(*side->report);
    if (side->extended) records.add(*side->extended);
  }
  record.media = keep_media({records.begin(), records.size()}, leg.text);
  if (is_lossy) record.coverage = Coverage::lossy;
  media->row_written = true;
  wheel_.schedule(media->look, now_ns_ + kMediaLate_ns);
}

}  // namespace sipsonde
