// SPDX-License-Identifier: Apache-2.0
// What the ends themselves say of the media: RTCP reports (RFC 3550 section 6.4, RFC 3611 section 4.7) and
// the handshakes for their keys.
#include <algorithm>

#include "calls/call_state.h"
#include "calls/events.h"
#include "calls/media_text.h"
#include "decode/rtcp.h"
#include "decode/srtcp.h"
#include "media/codec.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kTellReportsEach_ns = 60 * kSecond;

// Round trips above that are a clock that stepped.
constexpr std::uint16_t kLongestRoundTrip_ms = 10'000;

}  // namespace

// One report as it is read: who sent it is the listener of what it is about.
class CallTable::State::ReportReader : public RtcpVisitor {
 public:
  ReportReader(State& state, LegMedia& media, MediaParty reporter, const sipsonde_rtcp_note& note)
      : state_(state), media_(media), side_(media.side(reporter)), reporter_(reporter), note_(note) {}

  void report_block(const RtcpReportBlock& block) override {
    if (blocks_ < SIPSONDE_RTCP_BLOCKS) {
      if (const std::uint32_t round_trip_us = note_.round_trip_us[blocks_]) {
        side_.round_trip_sum_ms += round_trip_us / 1000.0;
        ++side_.round_trips;
        round_trip_us_ = round_trip_us;
      }
    }
    ++blocks_;
    MediaRecord record = record_about(block.ssrc, MediaSource::rtcp);
    record.lost = static_cast<std::uint64_t>(std::max<std::int32_t>(block.cumulative_lost, 0));
    if (const std::uint32_t hertz = record.codec ? state_.hertz_of(media_, block.ssrc) : 0)
      record.jitter_ms = block.jitter * 1000.0 / hertz;
    side_.report = record;
  }

  void voip_metrics(const RtcpVoipMetrics& metrics) override {
    MediaRecord record = record_about(metrics.ssrc, MediaSource::rtcp_xr);
    if (metrics.mos_conversational_tenths) record.mos = *metrics.mos_conversational_tenths / 10.0;
    side_.extended = record;
    if (metrics.round_trip_ms != 0 && metrics.round_trip_ms < kLongestRoundTrip_ms)
      side_.end_to_end_ms = metrics.round_trip_ms;
  }

  bool reported() const { return blocks_ > 0; }
  std::uint32_t round_trip_us() const { return round_trip_us_; }

 private:
  MediaRecord record_about(std::uint32_t ssrc, MediaSource source) {
    MediaRecord record;
    record.way = way_to(reporter_);
    record.ssrc = ssrc;
    record.source = source;
    if (const MediaStream* const stream = state_.stream_of(media_, ssrc)) {
      record.codec = codec_of(stream->codec);
      record.source_address = stream->source;
      record.destination_address = stream->destination;
    }
    return record;
  }

  State& state_;
  LegMedia& media_;
  MediaSide& side_;
  MediaParty reporter_;
  const sipsonde_rtcp_note& note_;
  unsigned blocks_ = 0;
  std::uint32_t round_trip_us_ = 0;
};

const MediaStream* CallTable::State::stream_of(const LegMedia& media, std::uint32_t ssrc) {
  for (std::uint32_t i = media.streams; i != kNone; i = streams_.at(i).next_of_leg)
    if (streams_.at(i).ssrc == ssrc) return &streams_.at(i);
  return nullptr;
}

std::uint32_t CallTable::State::hertz_of(const LegMedia& media, std::uint32_t ssrc) {
  const MediaStream* const stream = stream_of(media, ssrc);
  return stream ? clock_hertz(stream->codec) : 0;
}

void CallTable::State::observe_rtcp(const MediaSighting& sighting, const sipsonde_rtcp_note& note,
                                    std::string_view packet, bool truncated) {
  advance(sighting.time_ns);
  scratch_.clear();
  std::string_view stated_for;  // the legs of a proxy have one Call-ID and one report
  visit_owners(sighting, [&](LegMedia& media, MediaParty listener) {
    Leg* const leg = dialogs_.find(media.leg);
    const MediaParty reporter = other(listener);
    if (!leg || media.row_written) return;
    std::string_view readable = packet;
    if (media.side(reporter).secure || media.side(listener).secure) {
      // As a rule the blocks are encrypted, and nothing can be known of them (RFC 3711 section 3.4).
      const auto glance = decode_srtcp(packet);
      if (!glance || glance->readable.empty()) return;
      readable = glance->readable;
    }
    ReportReader reader(*this, media, reporter, note);
    walk_rtcp(readable, truncated, reader);
    if (states_rtcp_reports_ && stated_for != leg->call->call_id) {
      stated_for = leg->call->call_id;
      state_rtcp_report(sighting, readable, truncated, leg->call->call_id);
    }
    if (reader.reported()) tell_report(*leg, media.side(reporter), sighting, reader.round_trip_us());
  });
}

// The first of each side, and one a minute: the row has them all.
void CallTable::State::tell_report(Leg& leg, MediaSide& side, const MediaSighting& sighting,
                                   std::uint32_t round_trip_us) {
  if (side.report_told_ns != 0 && sighting.time_ns < side.report_told_ns + kTellReportsEach_ns) return;
  side.report_told_ns = sighting.time_ns;
  CallEvent event =
      event_without_message(leg, EventName::media_rtcp, sighting.time_ns, SIPSONDE_METHOD_other, true);
  event.source = sighting.source;
  event.destination = sighting.destination;
  if (side.report) {
    add_attribute(event, scratch_, "way", label(side.report->way));
    add_attribute(event, scratch_, "ssrc", side.report->ssrc.value_or(0));
    add_attribute(event, scratch_, "lost", side.report->lost.value_or(0));
    if (side.report->jitter_ms)
      add_attribute(event, scratch_, "jitter_ms", decimal_text(*side.report->jitter_ms, 3, scratch_));
  }
  if (round_trip_us)
    add_attribute(event, scratch_, "round_trip_ms", decimal_text(round_trip_us / 1000.0, 3, scratch_));
  tell(leg, event);
}

}  // namespace sipsonde
