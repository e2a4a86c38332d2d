// SPDX-License-Identifier: Apache-2.0
// Records of legs as the call model writes them, for the tests of what is counted of them.
#pragma once

#include "facts/fact.h"
#include "metrics/latency.h"

namespace sipsonde {

// An hour into 2026.
inline constexpr std::uint64_t kEndNs = 1'767'229'200 * kNsPerSecond;

inline CallRecord ended_leg(Disposition disposition, std::optional<std::uint16_t> code,
                            std::uint64_t end_ns = kEndNs) {
  CallRecord record;
  record.disposition = disposition;
  record.sip_status = code;
  record.start_ns = end_ns - 4 * kNsPerSecond;
  record.end_ns = end_ns;
  return record;
}

inline CallRecord answered_leg_of(std::uint64_t length_ns, std::uint64_t end_ns = kEndNs,
                                  std::uint16_t code = 200) {
  CallRecord record = ended_leg(Disposition::answered, code, end_ns);
  record.answer_ns = end_ns - length_ns;
  record.start_ns = *record.answer_ns - 2 * kNsPerSecond;
  record.q850_cause = 16;
  return record;
}

// As contract and call model have it of a final response that nothing outranks, before anything rang.
inline CallRecord leg_of_code(std::uint16_t code, std::uint64_t end_ns = kEndNs) {
  if (code / 100 == 2) return answered_leg_of(60 * kNsPerSecond, end_ns, code);
  const Disposition disposition = code == 486 || code == 600 ? Disposition::busy
                                  : code == 480              ? Disposition::no_answer
                                  : code == 408              ? Disposition::timeout
                                  : code / 100 == 5          ? Disposition::failed
                                                             : Disposition::rejected;
  CallRecord record = ended_leg(disposition, code, end_ns);
  // RFC 3398 section 7.2.4.1 and RFC 4497 give these the cause of a call that was rejected.
  if (code == 401 || code == 402 || code == 403 || code == 407 || code == 603) record.q850_cause = 21;
  return record;
}

// CANCEL and 487.
inline CallRecord cancelled_leg(bool rang, std::uint64_t end_ns = kEndNs) {
  CallRecord record = ended_leg(Disposition::cancelled, 487, end_ns);
  record.q850_cause = 16;
  if (rang) record.ringing_ns = end_ns - kNsPerSecond;
  return record;
}

}  // namespace sipsonde
