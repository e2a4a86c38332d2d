// SPDX-License-Identifier: Apache-2.0
// Session timers as a bystander sees them (RFC 4028): how long a dialog lasts without a refresh, who is to
// refresh it, and the attempts that were refused because their interval was too small. Plain values without a
// clock: every time is that of a message.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "facts/measures.h"

namespace sipsonde {

enum class Side : std::uint8_t { unknown, caller, callee };

constexpr Side other_side(Side side) {
  if (side == Side::unknown) return Side::unknown;
  return side == Side::caller ? Side::callee : Side::caller;
}

// What `refresher=` says about the two ends: uac is who sent the request of that very transaction, whoever
// placed the call (RFC 4028 section 4). unknown when there is none or it is neither uac nor uas.
Side refresher_named(std::string_view refresher, Side asker);

// A 2xx to an INVITE or UPDATE, as far as it is about the session timer.
struct SessionTerms {
  std::uint64_t time_ns = 0;
  std::optional<std::uint32_t> interval_seconds;  // none: no timer (RFC 4028 section 7.2)
  Side refresher = Side::unknown;
};

// The timer of one dialog.
class SessionTimer {
 public:
  // The 2xx that made the dialog.
  void establish(const SessionTerms& terms);

  // The 2xx to a refresh: `ok` or `role_swap`. A 2xx without interval switches the timer off.
  SessionRefresh refresh(const SessionTerms& terms);

  bool runs() const { return interval_ns_ != 0; }
  std::uint64_t interval_ns() const { return interval_ns_; }

  // When the session is over if nobody refreshes it, UINT64_MAX without a timer.
  std::uint64_t deadline_ns() const;

  // Whether a BYE of that time comes when the side that does not refresh gives up waiting: from
  // min(32 s, a third of the interval) before the deadline on (RFC 4028 section 10).
  bool is_given_up_at(std::uint64_t time_ns) const;

 private:
  void agree(const SessionTerms& terms);

  std::uint64_t agreed_ns_ = 0;
  std::uint64_t interval_ns_ = 0;  // 0: no timer
  Side refresher_ = Side::unknown;
};

// The intervals that were refused as too small (422), of the initial INVITE and of refreshes, each side's by
// itself. One for each leg.
class RefusedIntervals {
 public:
  void refuse(Side asker, std::uint64_t time_ns);

  // Another INVITE or UPDATE of that side: it did not give up.
  void retry(Side asker);

  // Its 2xx. True when a 422 came before, and only the first time.
  bool accept(Side asker);

  // When a side that was refused has given up: no other attempt for 32 s. UINT64_MAX while nobody is waited
  // for.
  std::uint64_t due_ns() const;

  // Sides that have given up by that time; each is told once.
  int give_up(std::uint64_t now_ns);

 private:
  struct Attempts {
    std::uint64_t refused_ns = UINT64_MAX;
    bool refused_before = false;  // since its last 2xx
  };
  Attempts& of(Side side) { return attempts_[side == Side::callee]; }

  std::array<Attempts, 2> attempts_;
  bool accepted_once_ = false;
};

}  // namespace sipsonde
