// SPDX-License-Identifier: Apache-2.0
// What the call model states and sinks tell. Times are unix nanoseconds of the packet; an unknown value is
// nullopt or empty and is written as null, never as 0 or "". Texts are views: of a fact in a batch into the
// batch, which holds them as long as it lives.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/arena.h"
#include "base/endpoint.h"
#include "facts/packet_facts.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

// Names of events; X(enumerator, name). Append only.
#define SIPSONDE_EVENT_NAMES(X)                 \
  X(invite, "sip.invite")                       \
  X(trying, "sip.trying")                       \
  X(ringing, "sip.ringing")                     \
  X(progress, "sip.progress")                   \
  X(answered, "sip.answered")                   \
  X(ack, "sip.ack")                             \
  X(reinvite, "sip.reinvite")                   \
  X(update, "sip.update")                       \
  X(refer, "sip.refer")                         \
  X(cancel, "sip.cancel")                       \
  X(rejected, "sip.rejected")                   \
  X(redirected, "sip.redirected")               \
  X(challenged, "sip.challenged")               \
  X(timeout, "sip.timeout")                     \
  X(retransmission, "sip.retransmission")       \
  X(bye, "sip.bye")                             \
  X(terminated, "sip.terminated")               \
  X(info, "sip.info")                           \
  X(register_, "sip.register")                  \
  X(options, "sip.options")                     \
  X(message, "sip.message")                     \
  X(subscribe, "sip.subscribe")                 \
  X(notify, "sip.notify")                       \
  X(publish, "sip.publish")                     \
  X(prack, "sip.prack")                         \
  X(hold, "sip.hold")                           \
  X(resume, "sip.resume")                       \
  X(transferred, "sip.transferred")             \
  X(scanner, "sip.scanner")                     \
  X(media_started, "media.started")             \
  X(media_early, "media.early")                 \
  X(media_rtcp, "media.rtcp")                   \
  X(media_dtmf, "media.dtmf")                   \
  X(media_silent, "media.silent")               \
  X(media_one_way, "media.one_way")             \
  X(media_codec_changed, "media.codec_changed") \
  X(media_ssrc_changed, "media.ssrc_changed")   \
  X(media_late, "media.late")                   \
  X(media_timeout, "media.timeout")             \
  X(media_ended, "media.ended")                 \
  X(dtls_handshake, "dtls.handshake")

enum class EventName : std::uint8_t {
#define X(enumerator, name) enumerator,
  SIPSONDE_EVENT_NAMES(X)
#undef X
};

std::string_view label(EventName name);

enum class Disposition : std::uint8_t { answered, busy, no_answer, cancelled, rejected, failed, timeout };
std::string_view label(Disposition disposition);
inline constexpr int kDispositionCount = 7;

enum class Initiator : std::uint8_t { caller, callee, network, timeout, unknown };
std::string_view label(Initiator initiator);

enum class Coverage : std::uint8_t { full, cut, lossy };
std::string_view label(Coverage coverage);

// Why a leg ended otherwise than answered; label values of sip_call_failed_total.
enum class FailureReason : std::uint8_t {
  busy,
  no_answer,
  cancelled,
  timeout,
  redirected,
  not_found,
  forbidden,
  unauthorized,
  not_acceptable,
  unavailable,
  server_error,
  other
};
std::string_view label(FailureReason reason);
inline constexpr int kFailureReasonCount = 12;

// Index into the configured trunks; the last one, named "default", takes what no rule matched.
using TrunkIndex = std::uint16_t;

// The name is a literal, or lives as long as the process; the value is a text of the fact.
struct Attribute {
  std::string_view name;
  std::string_view value;
};
using Attributes = std::span<const Attribute>;

// A line of the story of a call, or a transaction outside of one (`leg` is then nullopt).
struct CallEvent {
  std::uint64_t time_ns = 0;
  std::string_view call_id;
  std::optional<std::uint32_t> leg;
  TrunkIndex trunk = 0;
  std::string_view tenant;   // empty: the trunk's
  std::string_view account;  // empty: the trunk's
  sipsonde_direction direction = SIPSONDE_DIRECTION_inbound;
  EventName event = EventName::invite;
  sipsonde_method method = SIPSONDE_METHOD_other;
  std::optional<std::uint16_t> code;
  std::string_view reason;  // reason phrase of a response, or what the model says of it
  Endpoint source;
  Endpoint destination;
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  bool caller_withheld = false;  // who sent it, or began the call, wants not to be known (RFC 3323)
  Attributes attributes;

  // For traces only, not in the line.
  std::optional<std::uint64_t> request_ns;  // of a transaction outside of a call: when its request passed
  std::string_view traceparent;             // a valid one that its request, or the leg's INVITE, carried
};

// Which way media went in a leg: `sent` is caller to callee, wherever the tap is.
enum class MediaWay : std::uint8_t { sent, received };
std::string_view label(MediaWay way);

// Who says so: the packets as they passed here, a report of the far end (RFC 3550 section 6.4), or its XR
// VoIP metrics (RFC 3611 section 4.7).
enum class MediaSource : std::uint8_t { rtp, rtcp, rtcp_xr };
std::string_view label(MediaSource source);

// One stream of a leg, or what its receiver says of it.
struct MediaRecord {
  MediaWay way = MediaWay::sent;
  std::optional<std::uint32_t> ssrc = {};
  std::optional<sipsonde_codec> codec = {};
  std::optional<std::uint64_t> packets = {};  // without duplicates
  std::optional<std::uint64_t> bytes = {};    // RTP headers and payload
  std::optional<std::uint64_t> lost = {};
  std::optional<std::uint64_t> duplicate = {};
  std::optional<std::uint64_t> reordered = {};
  std::optional<double> jitter_ms = {};  // the mean
  std::optional<double> mos = {};        // on the scale that the codec has: of G.107, or of G.107.1
  Endpoint source_address = {};
  Endpoint destination_address = {};
  MediaSource source = MediaSource::rtp;

  // Of its packets; for traces only, not in the row.
  std::optional<std::uint64_t> first_ns = {};
  std::optional<std::uint64_t> last_ns = {};
};

// The CDR: one for each leg, when it has ended.
struct CallRecord {
  std::string_view call_id;
  std::uint32_t leg = 0;
  TrunkIndex trunk = 0;
  std::string_view tenant;   // empty: the trunk's
  std::string_view account;  // empty: the trunk's
  sipsonde_direction direction = SIPSONDE_DIRECTION_inbound;
  std::string_view from_number;
  std::string_view to_number;
  std::string_view from_uri;
  std::string_view to_uri;
  bool caller_withheld = false;  // the caller wants not to be known (RFC 3323)
  Endpoint source;               // of the INVITE
  Endpoint destination;          // of the INVITE
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  std::optional<std::uint64_t> start_ns;
  std::optional<std::uint64_t> ringing_ns;
  std::optional<std::uint64_t> answer_ns;
  std::optional<std::uint64_t> end_ns;
  std::optional<Disposition> disposition;
  std::optional<std::uint16_t> sip_status;
  std::optional<std::uint16_t> q850_cause;
  std::string_view
      hangup_cause;  // a literal: Q.850 name of the cause, upper case with underscores, as in NORMAL_CLEARING
  Initiator disconnect_initiator = Initiator::unknown;
  std::string_view user_agent;  // of the caller
  std::optional<sipsonde_codec> codec;
  std::optional<std::uint64_t> packets_sent;  // caller to callee, without duplicates
  std::optional<std::uint64_t> packets_received;
  std::optional<std::uint64_t> packets_lost;  // both ways
  std::optional<std::uint64_t> bytes_sent;    // RTP headers and payload
  std::optional<std::uint64_t> bytes_received;
  std::optional<double> jitter_ms;  // the worse way's mean
  std::optional<double> rtt_ms;     // both halves
  std::optional<double> loss_fraction;
  std::optional<double> estimated_mos;       // the worse way's
  std::optional<std::int64_t> price_micros;  // in millionths of the currency's unit
  std::string_view currency;                 // ISO 4217
  std::string_view recording_url;
  std::string_view agent_id;
  std::string_view route;
  Attributes custom;
  std::span<const MediaRecord> media;
  std::string_view linked_call_id;
  std::string_view link_reason;  // a literal
  Coverage coverage = Coverage::full;

  // Measured on the way; metrics only, not in the row.
  std::optional<FailureReason> failure;
  std::optional<std::uint64_t> teardown_ns;  // a length: BYE to its 200
  bool mos_is_wideband = false;              // estimated_mos is of G.107.1, a scale of its own

  // Of the INVITE, for traces only; the trace that `traceparent` names is the row's too.
  std::string_view via;  // the topmost
  std::optional<std::uint32_t> cseq;
  std::string_view traceparent;  // a valid one that it carried (facts/trace_context.h)
  std::string_view tracestate;   // the one beside it
};

using Fact = std::variant<CallEvent, CallRecord, Message, RtcpReport>;

// What one worker states in one go, with the texts of it.
struct FactList {
  std::vector<Fact> facts;
  Arena texts{16 * 1024, 64};

  auto begin() const { return facts.begin(); }
  auto end() const { return facts.end(); }
  bool empty() const { return facts.empty(); }
  std::size_t size() const { return facts.size(); }
  operator std::span<const Fact>() const { return facts; }
};

// Shared by every sink, changed by none.
using FactBatch = std::shared_ptr<const FactList>;

// Calls `visit(text)` for each text of the fact that is its own and no literal, so that it can be kept
// elsewhere or replaced.
template <typename Visit>
void for_each_text(CallEvent& event, Visit&& visit) {
  for (std::string_view* text :
       {&event.call_id, &event.tenant, &event.account, &event.reason, &event.traceparent})
    visit(*text);
}
template <typename Visit>
void for_each_text(CallRecord& record, Visit&& visit) {
  for (std::string_view* text :
       {&record.call_id, &record.tenant, &record.account, &record.from_number, &record.to_number,
        &record.from_uri, &record.to_uri, &record.user_agent, &record.currency, &record.recording_url,
        &record.agent_id, &record.route, &record.linked_call_id, &record.via, &record.traceparent,
        &record.tracestate})
    visit(*text);
}

// The same attributes with their values in `arena`.
Attributes keep_attributes(Attributes attributes, Arena& arena);

// The same streams in `arena`.
std::span<const MediaRecord> keep_media(std::span<const MediaRecord> media, Arena& arena);

}  // namespace sipsonde
