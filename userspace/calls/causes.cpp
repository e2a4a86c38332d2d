// SPDX-License-Identifier: Apache-2.0
#include "calls/causes.h"

#include <algorithm>
#include <array>

namespace sipsonde {
namespace {

struct CodeCause {
  std::uint16_t code;
  std::uint16_t cause;
};
constexpr std::uint16_t kNormalUnspecified = 31;  // RFC 4497: every code without a row
constexpr CodeCause kCauseOfCode[] = {
    {400, 41}, {401, 21},  {402, 21},  {403, 21},  {404, 1},   {405, 63},  {406, 79},  {407, 21},  {408, 102},
    {410, 22}, {413, 127}, {414, 127}, {415, 79},  {416, 127}, {420, 127}, {421, 127}, {423, 127}, {480, 18},
    {481, 41}, {482, 25},  {483, 25},  {484, 28},  {485, 1},   {486, 17},  {488, 31},  {500, 41},  {501, 79},
    {502, 38}, {503, 41},  {504, 102}, {505, 127}, {513, 127}, {600, 17},  {603, 21},  {604, 1},   {606, 31},
};

struct CauseName {
  std::uint16_t cause;
  std::string_view name;
};
constexpr CauseName kCauseNames[] = {
    {1, "UNALLOCATED_NUMBER"},
    {2, "NO_ROUTE_TRANSIT_NET"},
    {3, "NO_ROUTE_DESTINATION"},
    {6, "CHANNEL_UNACCEPTABLE"},
    {7, "CALL_AWARDED_DELIVERED"},
    {16, "NORMAL_CLEARING"},
    {17, "USER_BUSY"},
    {18, "NO_USER_RESPONSE"},
    {19, "NO_ANSWER"},
    {20, "SUBSCRIBER_ABSENT"},
    {21, "CALL_REJECTED"},
    {22, "NUMBER_CHANGED"},
    {23, "REDIRECTION_TO_NEW_DESTINATION"},
    {25, "EXCHANGE_ROUTING_ERROR"},
    {26, "NON_SELECTED_USER_CLEARING"},
    {27, "DESTINATION_OUT_OF_ORDER"},
    {28, "INVALID_NUMBER_FORMAT"},
    {29, "FACILITY_REJECTED"},
    {30, "RESPONSE_TO_STATUS_ENQUIRY"},
    {31, "NORMAL_UNSPECIFIED"},
    {34, "NORMAL_CIRCUIT_CONGESTION"},
    {38, "NETWORK_OUT_OF_ORDER"},
    {41, "NORMAL_TEMPORARY_FAILURE"},
    {42, "SWITCH_CONGESTION"},
    {43, "ACCESS_INFO_DISCARDED"},
    {44, "REQUESTED_CHAN_UNAVAIL"},
    {46, "PRE_EMPTED"},
    {47, "RESOURCE_UNAVAILABLE"},
    {49, "QOS_UNAVAILABLE"},
    {50, "FACILITY_NOT_SUBSCRIBED"},
    {53, "OUTGOING_CALL_BARRED"},
    {55, "INCOMING_CALL_BARRED"},
    {57, "BEARERCAPABILITY_NOTAUTH"},
    {58, "BEARERCAPABILITY_NOTAVAIL"},
    {63, "SERVICE_UNAVAILABLE"},
    {65, "BEARERCAPABILITY_NOTIMPL"},
    {66, "CHAN_NOT_IMPLEMENTED"},
    {69, "FACILITY_NOT_IMPLEMENTED"},
    {70, "ONLY_DIGITAL_INFO_BEARER_AVAIL"},
    {79, "SERVICE_NOT_IMPLEMENTED"},
    {81, "INVALID_CALL_REFERENCE"},
    {87, "USER_NOT_MEMBER_OF_CUG"},
    {88, "INCOMPATIBLE_DESTINATION"},
    {95, "INVALID_MSG_UNSPECIFIED"},
    {96, "MANDATORY_IE_MISSING"},
    {97, "MESSAGE_TYPE_NONEXIST"},
    {98, "WRONG_MESSAGE"},
    {99, "IE_NONEXIST"},
    {100, "INVALID_IE_CONTENTS"},
    {101, "WRONG_CALL_STATE"},
    {102, "RECOVERY_ON_TIMER_EXPIRE"},
    {103, "MANDATORY_IE_LENGTH_ERROR"},
    {111, "PROTOCOL_ERROR"},
    {127, "INTERWORKING"},
};

struct CauseDisposition {
  std::uint16_t cause;
  Disposition disposition;
};
constexpr CauseDisposition kDispositionOfCause[] = {
    {17, Disposition::busy},   {18, Disposition::no_answer}, {19, Disposition::no_answer},
    {34, Disposition::failed}, {38, Disposition::failed},    {41, Disposition::failed},
    {42, Disposition::failed}, {44, Disposition::failed},    {46, Disposition::failed},
    {47, Disposition::failed},
};

// The first row that fits.
struct CodeDisposition {
  std::uint16_t first;
  std::uint16_t last;
  Disposition disposition;
  bool only_after_ringing = false;
};
constexpr CodeDisposition kDispositionOfCode[] = {
    {486, 486, Disposition::busy},      {600, 600, Disposition::busy},
    {480, 480, Disposition::no_answer}, {408, 408, Disposition::no_answer, true},
    {408, 408, Disposition::timeout},   {500, 599, Disposition::failed},
    {300, 699, Disposition::rejected},
};

struct CodeFailure {
  std::uint16_t first;
  std::uint16_t last;
  FailureReason reason;
};
constexpr CodeFailure kFailureOfCode[] = {
    {300, 399, FailureReason::redirected},     {404, 404, FailureReason::not_found},
    {410, 410, FailureReason::not_found},      {484, 485, FailureReason::not_found},
    {604, 604, FailureReason::not_found},      {403, 403, FailureReason::forbidden},
    {603, 603, FailureReason::forbidden},      {607, 608, FailureReason::forbidden},
    {401, 401, FailureReason::unauthorized},   {407, 407, FailureReason::unauthorized},
    {428, 428, FailureReason::unauthorized},   {436, 438, FailureReason::unauthorized},
    {406, 406, FailureReason::not_acceptable}, {415, 415, FailureReason::not_acceptable},
    {420, 421, FailureReason::not_acceptable}, {488, 488, FailureReason::not_acceptable},
    {606, 606, FailureReason::not_acceptable}, {503, 503, FailureReason::unavailable},
    {500, 599, FailureReason::server_error},
};

std::optional<Disposition> disposition_named(std::string_view word) {
  for (int i = 0; i < kDispositionCount; ++i)
    if (label(static_cast<Disposition>(i)) == word) return static_cast<Disposition>(i);
  return std::nullopt;
}

}  // namespace

std::uint16_t cause_of_code(std::uint16_t code) {
  const auto* const row = std::ranges::find(kCauseOfCode, code, &CodeCause::code);
  return row == std::end(kCauseOfCode) ? kNormalUnspecified : row->cause;
}

std::string_view name_of_cause(std::uint16_t cause) {
  const auto* const row = std::ranges::find(kCauseNames, cause, &CauseName::cause);
  return row == std::end(kCauseNames) ? std::string_view{} : row->name;
}

DispositionTable::DispositionTable(const std::vector<DispositionRule>& rules) {
  for (const DispositionRule& rule : rules) {
    const auto disposition = disposition_named(rule.disposition);
    if (rule.number < kCauses)
      ruled_causes_[rule.number] = disposition;
    else if (rule.number < kCodes)
      ruled_codes_[rule.number] = disposition;
  }
}

std::optional<Disposition> DispositionTable::of_cause(std::uint16_t cause) const {
  if (cause < kCauses && ruled_causes_[cause]) return ruled_causes_[cause];
  const auto* const row = std::ranges::find(kDispositionOfCause, cause, &CauseDisposition::cause);
  if (row == std::end(kDispositionOfCause)) return std::nullopt;
  return row->disposition;
}

Disposition DispositionTable::of_code(std::uint16_t code, bool rang) const {
  if (code < kCodes && ruled_codes_[code]) return *ruled_codes_[code];
  for (const CodeDisposition& row : kDispositionOfCode)
    if (code >= row.first && code <= row.last && (rang || !row.only_after_ringing)) return row.disposition;
  return Disposition::rejected;
}

FailureReason failure_of_code(std::uint16_t code) {
  for (const CodeFailure& row : kFailureOfCode)
    if (code >= row.first && code <= row.last) return row.reason;
  return FailureReason::other;
}

}  // namespace sipsonde
