// SPDX-License-Identifier: Apache-2.0
#include "ladder/streams.h"

#include <algorithm>
#include <charconv>

#include "base/visible_text.h"

namespace sipsonde {
namespace {

constexpr std::size_t kStreamsMax = 64;
constexpr std::size_t kCodecLongest = 20;

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> loss_of(const std::optional<std::uint64_t>& packets,
                              const std::optional<std::uint64_t>& lost) {
  if (!packets || !lost) return std::nullopt;
  const double expected = static_cast<double>(*packets) + static_cast<double>(*lost);
  return expected > 0 ? std::optional(static_cast<double>(*lost) / expected) : std::nullopt;
}

template <typename Number>
void take_known(std::optional<Number>& target, const std::optional<Number>& value) {
  if (value) target = value;
}

}  // namespace

Streams::Stream* Streams::find(std::string_view ssrc, std::string_view from, std::string_view to) {
  for (Stream& stream : streams_)
    if (stream.ssrc == ssrc && stream.from == from && stream.to == to) return &stream;
  return nullptr;
}

Streams::Stream* Streams::begin(const StoryEvent& event, std::uint64_t time_ns) {
  const std::string_view ssrc = event.attribute("ssrc");
  if (Stream* const known = find(ssrc, event.source, event.destination)) return known;
  if (streams_.size() >= kStreamsMax) return nullptr;
  Stream& stream = streams_.emplace_back();
  stream.leg = event.leg;
  stream.way = event.attribute("way");
  stream.ssrc = ssrc;
  stream.from = event.source;
  stream.to = event.destination;
  stream.begin_ns = time_ns;
  return &stream;
}

bool Streams::take(const StoryEvent& event, std::uint64_t time_ns) {
  const bool begins = event.event == "media.started" || event.event == "media.early";
  if (!begins && event.event != "media.ended") return false;
  Stream* const stream = begin(event, time_ns);
  if (!stream) return true;
  if (event.event == "media.early") stream->media.early = true;
  if (const auto codec = event.attribute("codec"); !codec.empty())
    stream->media.codec = visible_text(codec, kCodecLongest);
  if (begins) return true;
  stream->end_ns = std::max(stream->end_ns.value_or(0), time_ns);
  const auto packets = number_of<std::uint64_t>(event.attribute("packets"));
  take_known(stream->media.packets, packets);
  take_known(stream->media.loss_fraction,
             loss_of(packets, number_of<std::uint64_t>(event.attribute("lost"))));
  take_known(stream->media.jitter_ms, number_of<double>(event.attribute("jitter_ms")));
  take_known(stream->media.mos, number_of<double>(event.attribute("mos")));
  return true;
}

void Streams::take(const StoryRow& row) {
  for (const StoryStream& told : row.media) {
    if (told.source != "rtp") continue;
    Stream* stream = find(told.ssrc, told.from, told.to);
    const std::optional<std::int64_t> begin_ms = row.answer_ms ? row.answer_ms : row.start_ms;
    if (!stream) {
      if (!begin_ms || *begin_ms < 0 || streams_.size() >= kStreamsMax) continue;
      stream = &streams_.emplace_back();
      stream->leg = row.leg;
      stream->way = told.way;
      stream->ssrc = told.ssrc;
      stream->from = told.from;
      stream->to = told.to;
      stream->begin_ns = static_cast<std::uint64_t>(*begin_ms) * 1'000'000;
      if (row.end_ms && *row.end_ms >= 0)
        stream->end_ns = static_cast<std::uint64_t>(*row.end_ms) * 1'000'000;
    }
    if (!told.codec.empty()) stream->media.codec = visible_text(told.codec, kCodecLongest);
    take_known(stream->media.packets, told.packets);
    take_known(stream->media.loss_fraction, loss_of(told.packets, told.lost));
    take_known(stream->media.jitter_ms, told.jitter_ms);
    take_known(stream->media.mos, told.mos);
  }
}

std::vector<Streams::Stream> Streams::in_order() && {
  const auto earlier = [](const Stream& left, const Stream& right) { return left.begin_ns < right.begin_ns; };
  std::stable_sort(streams_.begin(), streams_.end(), earlier);
  return std::move(streams_);
}

}  // namespace sipsonde
