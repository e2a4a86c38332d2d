// SPDX-License-Identifier: Apache-2.0
// Whose media is whose: what SDP says is told to the kernel before the first packet, and what the kernel says
// of streams is brought to the legs that they belong to.
#include <algorithm>

#include "calls/call_state.h"
#include "calls/events.h"
#include "decode/session_body.h"
#include "media/codec.h"
#include "media/endpoints.h"

namespace sipsonde {
namespace {

constexpr std::uint32_t kStreamsOfALeg = 16;

bool comes_from_caller(const Sighting& sighting, bool from_tag_is_callers) {
  return sighting.sip->is_request == from_tag_is_callers;
}

const MediaDescription* spoken(const SessionDescription& description) {
  for (const MediaDescription& media : description.media)
    if (carries_rtp(media.protocol) && media.port != 0) return &media;
  return nullptr;
}

bool is_secure(MediaProtocol protocol) {
  return protocol == MediaProtocol::rtp_savp || protocol == MediaProtocol::rtp_savpf ||
         protocol == MediaProtocol::dtls_rtp_savp || protocol == MediaProtocol::dtls_rtp_savpf;
}

// Those of the medium stand for the session's (RFC 8122 section 5).
void read_fingerprints(const MediaDescription& media, Fingerprints& fingerprints) {
  fingerprints = {};
  std::array<char, 512> room;
  for (const Fingerprint& fingerprint : media.fingerprints) {
    const std::size_t size = fingerprint.hash.size() + 1 + fingerprint.digest.size();
    if (size > room.size()) continue;
    char* end = std::ranges::copy(fingerprint.hash, room.begin()).out;
    *end++ = ' ';
    std::ranges::copy(fingerprint.digest, end);
    fingerprints.add({room.data(), size});
  }
}

}  // namespace

// ---- what is said ----

// Every SDP of a leg, offer or answer, in whatever message it comes. What was said before stays valid until
// the leg ends: nobody knows whether an offer will be accepted.
void CallTable::State::media_said(Leg& leg, const Sighting& sighting) {
  if (!kernel_media_ || leg.phase == Phase::ended || sighting.sip->body.empty()) return;
  const std::string_view body = sdp_in_body(sighting.sip->content_type, sighting.sip->body);
  SessionDescription description;
  if (body.empty() || !decode_session_description(body, description)) return;

  LegMedia* media = leg_media_.find(leg.media);
  if (!media) {
    media = &leg_media_.take();
    media->leg = leg.self;
    media->look.owner = media->self.index;
    media->look.kind = media_timer;
    leg.media = media->self;
  }
  if (sighting.call_hash != 0) media->call_hash = sighting.call_hash;
  const bool from_callers_tag = dialogs_.tag_of(sighting.sip->from.tag) == leg.evidence.caller_tag;
  const MediaParty party =
      comes_from_caller(sighting, from_callers_tag) ? MediaParty::caller : MediaParty::callee;
  describe(*media, party, description);
}

void CallTable::State::describe(LegMedia& media, MediaParty party, const SessionDescription& description) {
  MediaSide& side = media.side(party);
  side.described = true;
  if (const MediaDescription* const first = spoken(description)) {
    side.flow = media_flow_of(*first);
    side.packet_ms = first->packet_ms;
    side.secure = is_secure(first->protocol);
    if (!first->fingerprints.empty()) {
      GivenFingerprints* given = fingerprints_.find(side.fingerprints);
      if (!given) given = &fingerprints_.take();
      side.fingerprints = given->self;
      read_fingerprints(*first, given->values);
    }
  } else {
    side.flow = MediaFlow::inactive;
  }
  MediaEndpoints found;
  find_endpoints(description, media.call_hash, found);
  for (const MediaEndpoint& endpoint : found.list) {
    // Only what is in the book is withdrawn some day. Said again it may have other payload types.
    const bool fits = endpoints_.add(endpoint.key, media.self, party, side.endpoints) != Booking::refused &&
                      kernel_media_->announce(endpoint.key, endpoint.value);
    if (!fits) gauges_.refused_endpoints.fetch_add(1, std::memory_order_relaxed);
  }
}

// ---- what is seen ----

void CallTable::State::observe_stream(const MediaSighting& sighting, const sipsonde_stream_note& note) {
  advance(sighting.time_ns);
  scratch_.clear();
  bool is_owned = false;
  bool counts = true;
  visit_owners(sighting, [&](LegMedia& media, MediaParty listener) {
    is_owned = true;
    if (Leg* const leg = dialogs_.find(media.leg))
      counts &= !stream_news(*leg, media, listener, sighting, note, counts);
  });
  if (is_owned)
    forget_stray(note.slot);
  else
    stray_news(sighting, note);
}

MediaStream* CallTable::State::find_stream(const LegMedia& media, std::uint32_t slot, std::uint64_t key) {
  for (std::uint32_t i = media.streams; i != kNone; i = streams_.at(i).next_of_leg) {
    MediaStream& stream = streams_.at(i);
    if (stream.slot == slot && stream.key == key) return &stream;
  }
  return nullptr;
}

// True when a stream was added.
bool CallTable::State::stream_news(Leg& leg, LegMedia& media, MediaParty listener,
                                   const MediaSighting& sighting, const sipsonde_stream_note& note,
                                   bool counts) {
  MediaStream* const known = find_stream(media, note.slot, note.key);
  if (!known) return begin_stream(leg, media, listener, sighting, note, counts);
  if (note.news == SIPSONDE_STREAM_NEWS_telephone_event) {
    tell_digit(leg, media, *known, note);
  } else if (note.codec != known->codec) {
    const std::uint8_t before = known->codec;
    known->codec = note.codec;
    if (codec_of(before) != SIPSONDE_CODEC_unknown && codec_of(before) != codec_of(note.codec))
      tell_codec(leg, *known, before, sighting.time_ns);
  }
  return false;
}

bool CallTable::State::begin_stream(Leg& leg, LegMedia& media, MediaParty listener,
                                    const MediaSighting& sighting, const sipsonde_stream_note& note,
                                    bool counts) {
  const MediaStream* same_path = nullptr;
  for (std::uint32_t i = media.streams; i != kNone; i = streams_.at(i).next_of_leg) {
    const MediaStream& stream = streams_.at(i);
    if (stream.source != sighting.source || stream.destination != sighting.destination) continue;
    if (stream.ssrc == note.ssrc && !stream.gave_way) return false;  // the same at another hook
    if (!same_path) same_path = &stream;
  }
  if (media.row_written || media.stream_count >= kStreamsOfALeg || streams_.size() >= streams_limit_)
    return false;

  MediaStream& stream = streams_.take();
  stream.slot = note.slot;
  stream.key = note.key;
  stream.ssrc = note.ssrc;
  stream.source = sighting.source;
  stream.destination = sighting.destination;
  stream.flow = sighting.flow;
  stream.way = way_to(listener);
  stream.codec = note.codec;
  stream.first_ns = note.first_ns;
  stream.counts_losses = counts;
  stream.leg_media = media.self;
  stream.next_of_leg = std::exchange(media.streams, stream.self.index);
  ++media.stream_count;
  take_from(stream, leg, note);
  media.last_ns = std::max(media.last_ns, sighting.time_ns);
  if (!media.look.armed) wheel_.schedule(media.look, sighting.time_ns + kMediaInterval_ns);
  if (same_path) tell_source(leg, stream, same_path->ssrc, sighting.time_ns);
  tell_started(leg, stream);
  return true;
}

// A stream that was there before this leg began belongs to it from now on only: a stack may speak in each of
// its calls from the same source.
void CallTable::State::take_from(MediaStream& stream, const Leg& leg, const sipsonde_stream_note& note) {
  sipsonde_stream now{};
  kernel_media_->read(stream.slot, now);
  stream.highest_seen = now.highest;
  if (now.key != stream.key) return;
  if (note.first_ns + kSecond < std::min(leg.evidence.start_ns, now_ns_)) {
    stream.before = now;
    stream.first_ns = now_ns_;
  }
  stream.reported = stream.before;
}

// ---- streams that no call has ----

void CallTable::State::stray_news(const MediaSighting& sighting, const sipsonde_stream_note& note) {
  if (const auto known = strays_.find(note.slot); known != strays_.end()) {
    MediaStream* const stream = streams_.find(known->second);
    if (stream && stream->key == note.key) {
      if (note.codec) stream->codec = note.codec;
      return;
    }
    forget_stray(note.slot);
  }
  if (!kernel_media_ || streams_.size() >= streams_limit_) return;
  MediaStream& stream = streams_.take();
  stream.slot = note.slot;
  stream.key = note.key;
  stream.ssrc = note.ssrc;
  stream.source = sighting.source;
  stream.destination = sighting.destination;
  stream.flow = sighting.flow;
  stream.codec = note.codec;
  stream.first_ns = note.first_ns;
  stream.counts_losses = true;
  stream.look.owner = stream.self.index;
  stream.look.kind = stray_timer;
  // What it was before is reported already.
  if (note.first_ns + kSecond < sighting.time_ns) kernel_media_->read(note.slot, stream.reported);
  strays_[note.slot] = stream.self;
  wheel_.schedule(stream.look, sighting.time_ns + kMediaInterval_ns);
}

void CallTable::State::forget_stray(std::uint32_t slot) {
  const auto known = strays_.find(slot);
  if (known == strays_.end()) return;
  if (MediaStream* const stream = streams_.find(known->second)) {
    wheel_.cancel(stream->look);
    streams_.give(*stream);
  }
  strays_.erase(known);
}

// ---- it ends ----

void CallTable::State::forget_media(Leg& leg) {
  LegMedia* const media = leg_media_.find(leg.media);
  if (!media) return;
  leg.media = {};
  wheel_.cancel(media->look);
  for (const MediaParty party : {MediaParty::caller, MediaParty::callee})
    if (GivenFingerprints* const given = fingerprints_.find(media->side(party).fingerprints))
      fingerprints_.give(*given);
  for (MediaParty party : {MediaParty::caller, MediaParty::callee})
    endpoints_.remove_chain(media->side(party).endpoints, [&](const BookedEndpoint& entry) {
      bool is_shared = false;
      endpoints_.visit_at({std::bit_cast<Address>(std::to_array(entry.key.address)), entry.key.port},
                          [&](const BookedEndpoint&) { is_shared = true; });
      if (!is_shared) kernel_media_->withdraw(entry.key, media->call_hash);
    });
  while (media->streams != kNone) {
    MediaStream& stream = streams_.at(media->streams);
    media->streams = stream.next_of_leg;
    close_stream(stream);
    kernel_media_->ask_again(stream.slot, stream.key);
    streams_.give(stream);
  }
  leg_media_.give(*media);
}

}  // namespace sipsonde
