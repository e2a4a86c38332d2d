// SPDX-License-Identifier: Apache-2.0
#include "stir/status.h"

#include "decode/characters.h"

namespace sipsonde {
namespace {

const Reason* stir_reason_of(const SipMessage& sip) {
  for (unsigned i = 0; i < sip.reason_count && i < sip.reasons.size(); ++i)
    if (equals_ignoring_case(sip.reasons[i].protocol, "STIR")) return &sip.reasons[i];
  return nullptr;
}

bool refuses_identity(const SipMessage& sip) {
  switch (sip.code) {
    case 428:
    case 436:
    case 437:
    case 438:
      return true;
    case 403:
      return equals_ignoring_case(trim(sip.reason_phrase), "Stale Date");
    default:
      return false;
  }
}

}  // namespace

std::optional<StirResponse> stir_response_of(const SipMessage& sip) {
  if (sip.is_request || sip.code <= 100) return std::nullopt;
  const Reason* const reason = stir_reason_of(sip);
  if (refuses_identity(sip)) return StirResponse{StirStatus::failed, static_cast<std::uint16_t>(sip.code)};
  if (!reason || sip.code / 100 == 3) return std::nullopt;
  return StirResponse{sip.code < 300 ? StirStatus::soft_fail : StirStatus::failed,
                      static_cast<std::uint16_t>(reason->cause)};
}

void StirOfLeg::invited(std::uint64_t time_ns, StirStatus status) {
  if (of_invite_ && time_ns < invite_ns_) return;
  invite_ns_ = time_ns;
  of_invite_ = status;
}

void StirOfLeg::responded(StirStatus status) {
  refused_ |= status == StirStatus::failed;
  doubted_ |= status == StirStatus::soft_fail;
}

std::optional<StirStatus> StirOfLeg::take_result(bool answered) {
  if (taken_) return std::nullopt;
  taken_ = true;
  if (refused_ && !answered) return StirStatus::failed;
  if (doubted_) return StirStatus::soft_fail;
  if (of_invite_ == StirStatus::signed_unchecked) return std::nullopt;
  return of_invite_;
}

}  // namespace sipsonde
