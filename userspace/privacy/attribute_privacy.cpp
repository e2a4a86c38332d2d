// SPDX-License-Identifier: Apache-2.0
#include "privacy/attribute_privacy.h"

#include <algorithm>
#include <iterator>

namespace sipsonde {
namespace {

// Sorted by name. `replaces` is a Call-ID.
constexpr AttributePrivacy kAttributes[] = {
    {"action", Holds::nothing},
    {"answered_elsewhere", Holds::nothing},
    {"aor", Holds::uri, true},
    {"attempt", Holds::nothing},
    {"by", Holds::nothing},
    {"contact", Holds::uri, true},
    {"contacts", Holds::nothing},
    {"copies", Holds::nothing},
    {"count", Holds::nothing},
    {"expires", Holds::nothing},
    {"from", Holds::uri, true},
    {"initiator", Holds::nothing},
    {"kind", Holds::nothing},
    {"min_expires", Holds::nothing},
    {"min_se", Holds::nothing},
    {"previous_source", Holds::nothing},
    {"q850_cause", Holds::nothing},
    {"reason_class", Holds::nothing},
    {"reason_text", Holds::prose},
    {"refer_status", Holds::nothing},
    {"refer_to", Holds::uri},
    {"refresh", Holds::nothing},
    {"refresher", Holds::nothing},
    {"replaces", Holds::nothing},
    {"session_expires", Holds::nothing},
    {"sip_cause", Holds::nothing},
    {"source", Holds::nothing},
    {"stir_attest", Holds::nothing},
    {"stir_check", Holds::nothing},
    {"stir_dest_mismatch", Holds::nothing},
    {"stir_iat_skew_seconds", Holds::nothing},
    {"stir_orig_mismatch", Holds::nothing},
    {"stir_origid", Holds::nothing},
    {"stir_reason", Holds::nothing},
    {"stir_result", Holds::nothing},
    {"stir_verstat", Holds::nothing},
    {"t1_ms", Holds::nothing},
    {"target", Holds::uri},
    {"timer", Holds::nothing},
    {"to", Holds::uri},
    {"transferred", Holds::nothing},
    {"uncertain", Holds::nothing},
    {"user_agent", Holds::prose},
};
static_assert(std::ranges::is_sorted(kAttributes, {}, &AttributePrivacy::name));

}  // namespace

AttributePrivacy privacy_of(std::string_view attribute) {
  const auto* const found = std::ranges::lower_bound(kAttributes, attribute, {}, &AttributePrivacy::name);
  if (found != std::end(kAttributes) && found->name == attribute) return *found;
  return {attribute};
}

}  // namespace sipsonde
