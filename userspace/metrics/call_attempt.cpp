// SPDX-License-Identifier: Apache-2.0
#include "metrics/call_attempt.h"

namespace sipsonde {
namespace {

// Q.850 causes by which a terminal is absent, refuses or cannot be reached.
constexpr std::uint16_t kSubscriberAbsent = 20;
constexpr std::uint16_t kCallRejected = 21;
constexpr std::uint16_t kDestinationOutOfOrder = 27;

Establishment establishment_of_code(std::uint16_t code) {
  switch (code) {
    case 480:
    case 486:
    case 600:
    case 603:
      return Establishment::user_unavailable;
    case 408:
    case 500:
    case 503:
    case 504:
      return Establishment::ineffective;
    default:
      return code / 100 == 3 ? Establishment::redirected : Establishment::failed;
  }
}

// Cause 21 is the user's word only where it was sent as such: it also stands for codes that have no better
// cause, and RFC 3398 section 8.2.6.1 makes a 403 of it when it was not the user who refused.
bool refused_by_terminal(std::uint16_t cause, std::uint16_t code) {
  if (cause == kCallRejected) return code != 401 && code != 402 && code != 403 && code != 407;
  return cause == kSubscriberAbsent || cause == kDestinationOutOfOrder;
}

}  // namespace

Establishment classify_establishment(const CallRecord& record) {
  // Any 2xx: RFC 3261 section 8.1.3.2 has what a caller does not recognize treated as the 200 of its class.
  if (record.disposition == Disposition::answered) return Establishment::established;
  if (record.sip_status) return establishment_of_code(*record.sip_status);
  return record.disposition == Disposition::timeout ? Establishment::ineffective : Establishment::failed;
}

bool reached_the_far_end(const CallRecord& record) {
  if (!record.disposition) return false;
  switch (*record.disposition) {
    case Disposition::answered:
    case Disposition::busy:
    case Disposition::no_answer:
      return true;
    case Disposition::cancelled:
      if (record.ringing_ns) return true;  // the caller did not wait: ring no answer
      break;
    default:
      break;
  }
  const std::uint16_t code = record.sip_status.value_or(0);
  return code == 480 || code == 603 || code == 607 ||
         refused_by_terminal(record.q850_cause.value_or(0), code);
}

}  // namespace sipsonde
