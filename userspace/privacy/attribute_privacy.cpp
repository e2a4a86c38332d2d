// SPDX-License-Identifier: Apache-2.0
#include "privacy/attribute_privacy.h"

#include <algorithm>
#include <iterator>

namespace sipsonde {
namespace {

// Sorted by name. `replaces` is a Call-ID.
constexpr AttributePrivacy kAttributes[] = {
    {"action", AttributeContent::nothing},
    {"after_answer_ms", AttributeContent::nothing},
    {"alert", AttributeContent::nothing},
    {"answered_elsewhere", AttributeContent::nothing},
    {"aor", AttributeContent::uri, true},
    {"attempt", AttributeContent::nothing},
    {"by", AttributeContent::nothing},
    {"bytes", AttributeContent::nothing},
    {"client_fingerprint", AttributeContent::nothing},
    {"codec", AttributeContent::nothing},
    {"codec_before", AttributeContent::nothing},
    {"contact", AttributeContent::uri, true},
    {"contacts", AttributeContent::nothing},
    {"copies", AttributeContent::nothing},
    {"count", AttributeContent::nothing},
    {"digit", AttributeContent::nothing},
    {"duplicate", AttributeContent::nothing},
    {"expires", AttributeContent::nothing},
    {"from", AttributeContent::uri, true},
    {"handshake_ms", AttributeContent::nothing},
    {"initiator", AttributeContent::nothing},
    {"jitter_ms", AttributeContent::nothing},
    {"k8s.namespace.name", AttributeContent::nothing},
    {"k8s.pod.name", AttributeContent::nothing},
    {"kind", AttributeContent::nothing},
    {"lost", AttributeContent::nothing},
    {"min_expires", AttributeContent::nothing},
    {"min_se", AttributeContent::nothing},
    {"mos", AttributeContent::nothing},
    {"packets", AttributeContent::nothing},
    {"previous_source", AttributeContent::nothing},
    {"q850_cause", AttributeContent::nothing},
    {"reason_class", AttributeContent::nothing},
    {"reason_text", AttributeContent::prose},
    {"refer_status", AttributeContent::nothing},
    {"refer_to", AttributeContent::uri},
    {"refresh", AttributeContent::nothing},
    {"refresher", AttributeContent::nothing},
    {"reordered", AttributeContent::nothing},
    {"replaces", AttributeContent::nothing},
    {"result", AttributeContent::nothing},
    {"round_trip_ms", AttributeContent::nothing},
    {"server_fingerprint", AttributeContent::nothing},
    {"session_expires", AttributeContent::nothing},
    {"sip_cause", AttributeContent::nothing},
    {"source", AttributeContent::nothing},
    {"ssrc", AttributeContent::nothing},
    {"ssrc_before", AttributeContent::nothing},
    {"stir_attest", AttributeContent::nothing},
    {"stir_check", AttributeContent::nothing},
    {"stir_dest_mismatch", AttributeContent::nothing},
    {"stir_iat_skew_seconds", AttributeContent::nothing},
    {"stir_orig_mismatch", AttributeContent::nothing},
    {"stir_origid", AttributeContent::nothing},
    {"stir_reason", AttributeContent::nothing},
    {"stir_result", AttributeContent::nothing},
    {"stir_verstat", AttributeContent::nothing},
    {"t1_ms", AttributeContent::nothing},
    {"target", AttributeContent::uri},
    {"timer", AttributeContent::nothing},
    {"to", AttributeContent::uri},
    {"transferred", AttributeContent::nothing},
    {"tunnel", AttributeContent::nothing},
    {"uncertain", AttributeContent::nothing},
    {"user_agent", AttributeContent::prose},
    {"version", AttributeContent::nothing},
    {"way", AttributeContent::nothing},
};
static_assert(std::ranges::is_sorted(kAttributes, {}, &AttributePrivacy::name));

}  // namespace

AttributePrivacy privacy_of(std::string_view attribute) {
  const auto* const found = std::ranges::lower_bound(kAttributes, attribute, {}, &AttributePrivacy::name);
  if (found != std::end(kAttributes) && found->name == attribute) return *found;
  return {attribute};
}

}  // namespace sipsonde
