// SPDX-License-Identifier: Apache-2.0
// What became of a call's identity, as far as this node can see it: `sip_stir_verify_total{result}`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "decode/sip_message.h"

namespace sipsonde {

// The order is that of the counters.
enum class StirStatus : std::uint8_t { verified, failed, soft_fail, no_identity, signed_unchecked };

// Signed without a verdict in sight is told but not counted.
inline constexpr std::size_t kStirResultCount = 4;

inline constexpr std::array<std::string_view, 5> kStirLabels = {"verified", "failed", "soft-fail",
                                                                "no-identity", "signed-unchecked"};
constexpr std::string_view label(StirStatus status) {
  return kStirLabels[static_cast<std::size_t>(status)];
}

// What a response to an initial INVITE says of the identity, if anything.
struct StirResponse {
  StirStatus status = StirStatus::failed;
  std::uint16_t cause = 0;  // the code, or the cause of the Reason header; 0: none was given
};

// `failed` when it refuses the call for its identity: 428, 436, 437, 438, 403 "Stale Date" (RFC 8224 section
// 6.2.2), or any refusal with a Reason of protocol STIR. `soft_fail` when the call goes on in spite of a
// Reason of that protocol in a 1xx (but 100) or 2xx (RFC 9410).
std::optional<StirResponse> stir_response_of(const SipMessage& sip);

// What a leg has shown of it. Evidence, not events: copies and reordering change nothing.
class StirOfLeg {
 public:
  // Of the latest attempt to invite; earlier ones were challenged and count no more.
  void invited(std::uint64_t time_ns, StirStatus status);
  void responded(StirStatus status);

  // The result, when there is one to count and it was not taken yet: once a leg. A refusal outranks a Reason,
  // that what the INVITE said; a call that was `answered` was not refused.
  std::optional<StirStatus> take_result(bool answered);

  bool has_invite() const { return of_invite_.has_value(); }

 private:
  std::uint64_t invite_ns_ = 0;
  std::optional<StirStatus> of_invite_;
  bool refused_ = false;
  bool doubted_ = false;
  bool taken_ = false;
};

}  // namespace sipsonde
