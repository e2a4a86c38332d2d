// SPDX-License-Identifier: Apache-2.0
// All that an initial INVITE says of its caller's identity: its PASSporTs, the verdict of a verification
// service before us, and our own check.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "decode/sip_message.h"
#include "stir/check.h"
#include "stir/status.h"
#include "stir/verstat.h"

namespace sipsonde {

struct Assessment {
  bool has_identity = false;
  VerstatClaim verstat;  // a view into the message

  // Of the first PASSporT of SHAKEN, else of the first that can be read
  char attestation = 0;  // A full, B partial, C gateway (RFC 8588 section 4); 0: none
  std::array<char, 64> origination_id_room{};
  std::size_t origination_id_size = 0;           // of the UUID; a longer text is none
  std::optional<std::int64_t> iat_skew_seconds;  // the packet's time less iat: positive when it is old
  bool origin_differs = false;
  bool destination_differs = false;

  Check check = Check::none;  // of the best identity; `unreadable` is also said without certificates
  bool checked = false;       // against certificates

  std::string_view origination_id() const { return {origination_id_room.data(), origination_id_size}; }
};

// `trusted` is nullptr when the settings name no certificates. Without Identity and verstat it costs nothing.
Assessment assess(const SipMessage& sip, std::uint64_t unix_ns, const TrustStore* trusted);

// What our own check alone says; nullopt when it says nothing.
std::optional<StirStatus> status_of_check(const Assessment& assessment);

// What the INVITE says of itself: the verdict on the wire first, then our own.
StirStatus status_of_invite(const Assessment& assessment);

// States what is known as attributes: state(name, value), names literals, values only valid during the call.
// Nothing for an INVITE without Identity and verstat.
template <typename State>
void state_attributes(const Assessment& assessment, State state) {
  if (!assessment.has_identity && assessment.verstat.value == Verstat::absent) return;
  state("stir_result", label(status_of_invite(assessment)));
  if (!assessment.verstat.text.empty()) state("stir_verstat", assessment.verstat.text);
  if (assessment.attestation) state("stir_attest", std::string_view(&assessment.attestation, 1));
  if (assessment.origination_id_size > 0) state("stir_origid", assessment.origination_id());
  if (assessment.iat_skew_seconds) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), *assessment.iat_skew_seconds).ptr;
    state("stir_iat_skew_seconds",
          std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  }
  if (assessment.origin_differs) state("stir_orig_mismatch", "true");
  if (assessment.destination_differs) state("stir_dest_mismatch", "true");
  if (assessment.checked) {
    const auto status = status_of_check(assessment);
    state("stir_check", status ? label(*status) : "unknown");
  }
  if (assessment.check != Check::none && assessment.check != Check::valid)
    state("stir_reason", label(assessment.check));
}

}  // namespace sipsonde
