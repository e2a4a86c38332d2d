// SPDX-License-Identifier: Apache-2.0
// The media of a leg: what its two sides said in SDP, the streams that belong to it, and what is told about
// them while it lasts (docs/media.md).
#pragma once

#include <cstdint>
#include <optional>

#include "base/endpoint.h"
#include "calls/endpoint_book.h"
#include "calls/pool.h"
#include "calls/timer_wheel.h"
#include "decode/session_description.h"
#include "facts/fact.h"
#include "media/dtls_fingerprint.h"
#include "sipsonde/event.h"
#include "sipsonde/state.h"

namespace sipsonde {

// A sample that is no SIP message: when it passed, between whom, and which way.
struct MediaSighting {
  std::uint64_t time_ns = 0;
  Endpoint source;
  Endpoint destination;
  sipsonde_flow flow = SIPSONDE_FLOW_ingress;
  std::uint32_t interface = 0;
};

// A stream as a leg has it, or one that no call has claimed. `sent` is caller to callee.
struct MediaStream : Pooled {
  std::uint32_t slot = 0;  // in the kernel's table, where it stands as long as it has this key
  std::uint64_t key = 0;
  std::uint32_t ssrc = 0;
  Endpoint source;
  Endpoint destination;
  sipsonde_flow flow = SIPSONDE_FLOW_ingress;
  MediaWay way = MediaWay::sent;
  std::uint8_t codec = 0;  // packed, as in sipsonde_stream
  std::uint64_t first_ns = 0;
  bool counts_losses = false;  // what was undecided at its end is counted here and not by another leg
  bool gave_way = false;       // its place in the kernel is another stream's by now
  bool active = true;          // packets came in the last interval
  bool told_silent = false;
  std::uint32_t event_timestamp = 0;  // of the telephone-event told last
  bool event_told = false;
  std::uint32_t highest_seen = 0;  // at the last look
  sipsonde_stream before{};        // when the leg took it over; key 0: it is the leg's from its beginning
  sipsonde_stream reported{};      // at the last report
  std::uint32_t next_of_leg = kNone;
  Handle leg_media;
  Timer look;  // of a stream without a call
};

// The certificates that one side said it would show (RFC 8122). Few legs have them.
struct GivenFingerprints : Pooled {
  Fingerprints values;
};

// What one side said last of the media that it receives.
struct MediaSide {
  std::uint32_t endpoints = kNone;  // chain in the book
  MediaFlow flow = MediaFlow::unknown;
  std::uint16_t packet_ms = 0;
  bool secure = false;  // SRTP
  bool described = false;
  Handle fingerprints;  // GivenFingerprints, of who keys by DTLS

  // Of reports that this side sent (RFC 3550 section 6.4.1).
  double round_trip_sum_ms = 0;  // from here to it and back
  std::uint32_t round_trips = 0;
  std::optional<double> end_to_end_ms;  // as it says itself in its VoIP metrics (RFC 3611 section 4.7)
  std::optional<MediaRecord> report;    // the last of what it says about what it hears
  std::optional<MediaRecord> extended;  // the same of its VoIP metrics
  std::uint64_t report_told_ns = 0;
};

struct LegMedia : Pooled {
  Handle leg;
  std::uint32_t call_hash = 0;
  MediaSide caller;
  MediaSide callee;
  std::uint32_t streams = kNone;  // chain, the newest first
  std::uint32_t stream_count = 0;
  std::uint64_t last_ns = 0;  // of the last packet that is known of
  bool told_one_way = false;
  bool row_written = false;
  Timer look;

  MediaSide& side(MediaParty party) { return party == MediaParty::caller ? caller : callee; }
  const MediaSide& side(MediaParty party) const { return party == MediaParty::caller ? caller : callee; }
};

// Who hears what goes this way, and who speaks.
constexpr MediaParty listener_of(MediaWay way) {
  return way == MediaWay::sent ? MediaParty::callee : MediaParty::caller;
}
constexpr MediaParty speaker_of(MediaWay way) {
  return other(listener_of(way));
}
constexpr MediaWay way_to(MediaParty listener) {
  return listener == MediaParty::callee ? MediaWay::sent : MediaWay::received;
}

}  // namespace sipsonde
