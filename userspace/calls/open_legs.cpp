// SPDX-License-Identifier: Apache-2.0
// Legs that have not ended, as somebody asks for them: what their rows would say now.
#include "calls/call_state.h"
#include "calls/leg_inquiry.h"

namespace sipsonde {
namespace {

// What one answer looks at: some tenths of a millisecond, with which a ring keeps up.
constexpr std::uint32_t kSlotsAnAnswer = 4096;
constexpr std::uint32_t kLegsAnAnswer = 512;

bool is_open(const Leg& leg) {
  return leg.phase != Phase::ending && leg.phase != Phase::ended;
}

}  // namespace

// Its end, its cause and its media are not known yet; that it was answered is.
CallRecord CallTable::State::row_so_far(const Leg& leg) const {
  CallRecord record = row_of(leg);
  if (leg.phase == Phase::confirmed) record.disposition = Disposition::answered;
  if (const std::uint64_t answer_ns = leg.evidence.first_answer_ns(); answer_ns != kNever)
    record.answer_ns = answer_ns;
  if (!leg.invite_seen || leg.one_sided) record.coverage = Coverage::cut;
  if (leg.lossy || leg.losses_before != losses_) record.coverage = Coverage::lossy;
  return record;
}

LegsSeen CallTable::open_legs(const LegsAsked& asked) const {
  LegsSeen seen;
  const auto take = [this, &seen](const Leg& leg) {
    if (is_open(leg)) state_->log_.add(state_->row_so_far(leg), seen.legs);
  };
  if (!asked.call_id.empty()) {
    state_->dialogs_.visit_call(asked.call_id, take);
    return seen;
  }
  const std::uint32_t most = std::min(asked.most, kLegsAnAnswer);
  const std::uint32_t slots = state_->dialogs_.slots();
  std::uint32_t slot = asked.from;
  for (std::uint32_t looks = 0; slot < slots && looks < kSlotsAnAnswer && seen.legs.size() < most; ++looks)
    state_->dialogs_.visit_slot(slot++, take);
  if (slot < slots) seen.next = slot;
  return seen;
}

}  // namespace sipsonde
