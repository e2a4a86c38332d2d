// SPDX-License-Identifier: Apache-2.0
// Handshakes for SRTP keys, held against the certificates that the SDP of their call promised.
#include <optional>

#include "calls/call_state.h"
#include "calls/events.h"
#include "calls/media_text.h"
#include "decode/dtls.h"

namespace sipsonde {
namespace {

// By then every worker has looked at the board.
constexpr std::uint64_t kClaimed_ns = 2 * kSecond;

std::string_view label_of_version(std::uint16_t version) {
  switch (version) {
    case kDtls10:
      return "1.0";
    case kDtls12:
      return "1.2";
    case kDtls13:
      return "1.3";
    default:
      return "other";
  }
}

}  // namespace

void CallTable::State::observe_dtls(const MediaSighting& sighting, std::string_view datagram) {
  advance(sighting.time_ns);
  scratch_.clear();
  handshakes_.observe(sighting.source, sighting.destination, sighting.time_ns, datagram);
}

void CallTable::State::fingerprints_at(const Endpoint& endpoint, Fingerprints& given) {
  endpoints_.visit_at(endpoint, [&](BookedEndpoint& entry) {
    LegMedia* const media = leg_media_.find(entry.media);
    if (!media) return;
    if (const GivenFingerprints* const kept = fingerprints_.find(media->side(entry.party).fingerprints))
      given = kept->values;
  });
}

// A handshake is counted by whoever has its call, since only there it is known which certificates were
// promised; by the one who saw it when nobody has.
void CallTable::State::handshake_ended(const DtlsReport& report) {
  if (take_handshake(report)) return;
  if (!handshake_board_) return measures_.count_dtls_handshake(report.outcome.result);
  posted_handshakes_.push_back(
      {handshake_board_->post(report), report.outcome.result, now_ns_ + kClaimed_ns});
}

void CallTable::State::look_at_board() {
  if (!handshake_board_) return;
  if (const std::uint64_t newest = handshake_board_->newest(); newest != board_seen_) {
    handshake_board_->offer(board_seen_, [this](DtlsReport report) {
      for (const unsigned side : {0u, 1u}) {
        Fingerprints given;
        fingerprints_at(side == 0 ? report.client : report.server, given);
        hold_against(report.outcome, side, given);
      }
      return take_handshake(report);
    });
    board_seen_ = newest;
  }
  while (!posted_handshakes_.empty() && posted_handshakes_.front().due_ns <= now_ns_) {
    const PostedHandshake& posted = posted_handshakes_.front();
    if (!handshake_board_->withdraw(posted.number)) measures_.count_dtls_handshake(posted.result);
    posted_handshakes_.pop_front();
  }
}

// False when no leg of this worker has media there.
bool CallTable::State::take_handshake(const DtlsReport& report) {
  bool is_ours = false;
  const MediaSighting sighting{report.outcome.ended_ns, report.client, report.server, SIPSONDE_FLOW_ingress,
                               0};
  visit_owners(sighting, [&](LegMedia& media, MediaParty) {
    Leg* const leg = dialogs_.find(media.leg);
    if (!leg) return;
    is_ours = true;
    if (!media.row_written) tell_handshake(*leg, report);
  });
  if (is_ours) measures_.count_dtls_handshake(report.outcome.result);
  return is_ours;
}

void CallTable::State::tell_handshake(Leg& leg, const DtlsReport& report) {
  CallEvent event = event_without_message(leg, EventName::dtls_handshake, report.outcome.ended_ns,
                                          SIPSONDE_METHOD_other, true);
  event.source = report.client;
  event.destination = report.server;
  add_attribute(event, scratch_, "result", label(report.outcome.result));
  if (report.outcome.version)
    add_attribute(event, scratch_, "version", label_of_version(report.outcome.version));
  if (report.outcome.handshake_ns)
    add_attribute(event, scratch_, "handshake_ms",
                  decimal_text(static_cast<double>(*report.outcome.handshake_ns) / 1e6, 3, scratch_));
  add_attribute(event, scratch_, "client_fingerprint", label(report.outcome.shown[0].check));
  add_attribute(event, scratch_, "server_fingerprint", label(report.outcome.shown[1].check));
  if (report.outcome.alert) add_attribute(event, scratch_, "alert", *report.outcome.alert);
  tell(leg, event);
}

}  // namespace sipsonde
