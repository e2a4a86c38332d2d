// SPDX-License-Identifier: Apache-2.0
#include "calls/session_timer.h"

#include <algorithm>

#include "calls/transactions.h"

namespace sipsonde {
namespace {

// The wait of whoever was refused or does not refresh: 64 * T1, RFC 4028 sections 7.1 and 10.
constexpr std::uint64_t kWait_ns = 32 * kSecond;

// The two ends begin to count when they send and receive the 2xx, we when it passes; they differ by a round
// trip, of which T1 is the estimate (RFC 3261 section 17.1.1.1).
constexpr std::uint64_t kRoundTrip_ns = kSecond / 2;

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is(std::string_view text, std::string_view name) {
  return std::ranges::equal(text, name, {}, lower);
}

}  // namespace

Side refresher_named(std::string_view refresher, Side asker) {
  if (is(refresher, "uac")) return asker;
  if (is(refresher, "uas")) return other_side(asker);
  return Side::unknown;
}

// ---- a session and its end ----

void SessionTimer::establish(const SessionTerms& terms) {
  agree(terms);
}

SessionRefresh SessionTimer::refresh(const SessionTerms& terms) {
  const Side before = runs() ? refresher_ : Side::unknown;
  agree(terms);
  const bool swapped = runs() && before != Side::unknown && refresher_ != before;
  return swapped ? SessionRefresh::role_swap : SessionRefresh::ok;
}

void SessionTimer::agree(const SessionTerms& terms) {
  if (terms.time_ns < agreed_ns_) return;  // overtaken by a later one
  agreed_ns_ = terms.time_ns;
  interval_ns_ = terms.interval_seconds.value_or(0) * kSecond;
  // A 2xx must name the refresher (RFC 4028 section 9); when one does not, nothing has changed.
  if (!runs())
    refresher_ = Side::unknown;
  else if (terms.refresher != Side::unknown)
    refresher_ = terms.refresher;
}

std::uint64_t SessionTimer::deadline_ns() const {
  return runs() ? agreed_ns_ + interval_ns_ : UINT64_MAX;
}

bool SessionTimer::is_given_up_at(std::uint64_t time_ns) const {
  if (!runs()) return false;
  const std::uint64_t margin = std::min(kWait_ns, interval_ns_ / 3) + kRoundTrip_ns;
  return time_ns + margin >= deadline_ns();
}

// ---- what was too small ----

void RefusedIntervals::refuse(Side asker, std::uint64_t time_ns) {
  of(asker).refused_ns = time_ns;
  of(asker).refused_before = true;
}

void RefusedIntervals::retry(Side asker) {
  of(asker).refused_ns = UINT64_MAX;
}

bool RefusedIntervals::accept(Side asker) {
  Attempts& attempts = of(asker);
  const bool first = attempts.refused_before && !accepted_once_;
  accepted_once_ |= attempts.refused_before;
  attempts = {};
  return first;
}

std::uint64_t RefusedIntervals::due_ns() const {
  const std::uint64_t earliest = std::min(attempts_[0].refused_ns, attempts_[1].refused_ns);
  return earliest == UINT64_MAX ? UINT64_MAX : earliest + kWait_ns;
}

int RefusedIntervals::give_up(std::uint64_t now_ns) {
  int gave_up = 0;
  for (Attempts& attempts : attempts_) {
    if (attempts.refused_ns == UINT64_MAX || attempts.refused_ns + kWait_ns > now_ns) continue;
    attempts = {};
    ++gave_up;
  }
  return gave_up;
}

}  // namespace sipsonde
