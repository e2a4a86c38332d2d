// SPDX-License-Identifier: Apache-2.0
// What has been seen of a leg, and what follows from it. Everything seen is kept as the earliest or the
// latest of its kind by its own time, so the order in which messages of one instant arrive changes nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "calls/causes.h"
#include "calls/session_timer.h"
#include "facts/fact.h"

namespace sipsonde {

inline constexpr std::uint64_t kNever = UINT64_MAX;

// The dialog with one callee: To-tag by To-tag, RFC 3261 section 12. A leg has several when a proxy behind
// it forked. Tags are kept as hashes.
struct Fork {
  std::uint64_t tag = 0;
  bool answered = false;
  std::uint64_t answer_ns = kNever;  // kNever: answered out of our sight
  std::uint16_t answer_code = 0;     // 0: not seen
  std::uint64_t bye_ns = kNever;     // of the first BYE
  std::uint64_t bye_sender_tag = 0;
  std::uint16_t bye_cause = 0;  // Q.850, 0: none given
  bool over = false;            // the BYE was answered, or never will be; or it ended without one
  std::uint64_t teardown_ns = kNever;

  SessionTimer session{};
  // The moment it ended without a BYE, if none follows and it is over: the session expired, or a request in
  // it was answered 481 or 408 or not at all (RFC 3261 section 12.2.1.2).
  std::uint64_t gone_ns = kNever;
  bool expired = false;
  std::uint16_t gone_code = 0;  // 0: no answer
  sipsonde_method gone_method = SIPSONDE_METHOD_other;
  bool gone_for_caller = false;  // who had asked
  // When each side, caller and callee, last showed that it knows the dialog: by a request, or by a 2xx.
  std::array<std::uint64_t, 2> alive_ns{};

  bool lives() const { return answered && !over && bye_ns == kNever; }
  std::uint64_t ended_ns() const { return bye_ns == kNever && over ? gone_ns : bye_ns; }
};

struct Evidence {
  std::uint64_t caller_tag = 0;
  bool caller_known = false;  // not when all we saw began in the middle of the dialog
  std::uint64_t start_ns = kNever;
  std::uint64_t ringing_ns = kNever;  // the first 180 or 183
  bool rang = false;                  // any 18x

  // The latest final response from 300 on.
  std::uint64_t final_ns = 0;
  std::uint16_t final_code = 0;   // 0: none
  std::uint16_t final_cause = 0;  // Q.850 of its Reason header, 0: none
  std::uint16_t final_sip = 0;    // SIP code of its Reason header, 0: none
  bool timer_b = false;           // no response at all: final_code is 408
  bool final_unseen = false;      // refused out of our sight: an ACK at final_ns is all that is known

  std::uint64_t cancel_ns = kNever;
  std::uint16_t cancel_cause = 0;
  std::uint16_t cancel_sip = 0;

  std::array<Fork, 4> forks{};
  std::uint8_t fork_count = 0;

  // The fork of that tag, made if need be. Beyond the fourth the last is used again.
  Fork& fork(std::uint64_t tag);
  Fork* find_fork(std::uint64_t tag);
  std::span<Fork> known_forks() { return std::span(forks).first(fork_count); }
  std::span<const Fork> known_forks() const { return std::span(forks).first(fork_count); }
  bool knows_tag(std::uint64_t tag) const;
  bool answered() const;
  std::uint64_t first_answer_ns() const;  // kNever: none was seen
  bool answer_seen() const;  // and not only proved by what followed it
  bool in_dialog() const;    // answered, and not every answered fork is over
  // When the caller gave up by CANCEL, or by a BYE in an early dialog (RFC 3261 section 15).
  std::uint64_t given_up_ns() const;
  // `cause`, `sip`: of its Reason header.
  void saw_final(std::uint64_t time_ns, std::uint16_t code, std::uint16_t cause = 0, std::uint16_t sip = 0);
  void timer_b_ran_out(std::uint64_t time_ns);
};

enum class Ending : std::uint8_t {
  bye,             // or what ended every dialog without one
  final_response,  // or timer B
  given_up,        // CANCEL, or BYE before the answer, and no final response
  silence,
  sight_ends,  // the leg goes on, our sight does not
};

struct Outcome {
  std::optional<std::uint64_t> answer_ns;
  std::optional<std::uint64_t> end_ns;
  std::optional<Disposition> disposition;
  std::optional<std::uint16_t> sip_status;
  std::optional<std::uint16_t> q850_cause;
  std::optional<FailureReason> failure;
  std::optional<std::uint64_t> teardown_ns;
  Initiator initiator = Initiator::unknown;
};

// `ran_out_ns`: of given_up and silence, when the timer ran out.
Outcome conclude(const Evidence& evidence, Ending ending, std::uint64_t ran_out_ns,
                 const DispositionTable& dispositions);

}  // namespace sipsonde
