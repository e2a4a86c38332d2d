// SPDX-License-Identifier: Apache-2.0
// What the call model states and sinks tell: plain values that own their text. Times are unix nanoseconds of
// the packet; an unknown value is nullopt or empty and is written as null, never as 0 or "".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/endpoint.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

// Names of events; X(enumerator, name). Append only.
#define SIPSONDE_EVENT_NAMES(X)           \
  X(invite, "sip.invite")                 \
  X(trying, "sip.trying")                 \
  X(ringing, "sip.ringing")               \
  X(progress, "sip.progress")             \
  X(answered, "sip.answered")             \
  X(ack, "sip.ack")                       \
  X(reinvite, "sip.reinvite")             \
  X(update, "sip.update")                 \
  X(refer, "sip.refer")                   \
  X(cancel, "sip.cancel")                 \
  X(rejected, "sip.rejected")             \
  X(redirected, "sip.redirected")         \
  X(challenged, "sip.challenged")         \
  X(timeout, "sip.timeout")               \
  X(retransmission, "sip.retransmission") \
  X(bye, "sip.bye")                       \
  X(terminated, "sip.terminated")         \
  X(info, "sip.info")                     \
  X(register_, "sip.register")            \
  X(options, "sip.options")               \
  X(message, "sip.message")               \
  X(subscribe, "sip.subscribe")           \
  X(notify, "sip.notify")                 \
  X(publish, "sip.publish")               \
  X(prack, "sip.prack")                   \
  X(hold, "sip.hold")                     \
  X(resume, "sip.resume")                 \
  X(transferred, "sip.transferred")       \
  X(scanner, "sip.scanner")

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

// A line of the story of a call, or a transaction outside of one (`leg` is then nullopt).
struct CallEvent {
  std::uint64_t time_ns = 0;
  std::string call_id;
  std::optional<std::uint32_t> leg;
  TrunkIndex trunk = 0;
  sipsonde_direction direction = SIPSONDE_DIRECTION_inbound;
  EventName event = EventName::invite;
  sipsonde_method method = SIPSONDE_METHOD_other;
  std::optional<std::uint16_t> code;
  std::string reason;  // reason phrase of a response, or what the model says of it
  Endpoint source;
  Endpoint destination;
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  std::vector<std::pair<std::string, std::string>> attributes;
};

// The CDR: one for each leg, when it has ended.
struct CallRecord {
  std::string call_id;
  std::uint32_t leg = 0;
  TrunkIndex trunk = 0;
  sipsonde_direction direction = SIPSONDE_DIRECTION_inbound;
  std::string from_number;
  std::string to_number;
  std::string from_uri;
  std::string to_uri;
  Endpoint source;       // of the INVITE
  Endpoint destination;  // of the INVITE
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  std::optional<std::uint64_t> start_ns;
  std::optional<std::uint64_t> ringing_ns;
  std::optional<std::uint64_t> answer_ns;
  std::optional<std::uint64_t> end_ns;
  std::optional<Disposition> disposition;
  std::optional<std::uint16_t> sip_status;
  std::optional<std::uint16_t> q850_cause;
  std::string hangup_cause;  // Q.850 name of the cause, upper case with underscores, as in NORMAL_CLEARING
  Initiator disconnect_initiator = Initiator::unknown;
  std::string user_agent;  // of the caller
  Coverage coverage = Coverage::full;

  // Measured on the way; metrics only, not in the row.
  std::optional<FailureReason> failure;
  std::optional<std::uint64_t> teardown_ns;  // a length: BYE to its 200
};

using Fact = std::variant<CallEvent, CallRecord>;

// What one worker states in one go. Shared by every sink, changed by none.
using FactBatch = std::shared_ptr<const std::vector<Fact>>;

}  // namespace sipsonde
