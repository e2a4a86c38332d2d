// SPDX-License-Identifier: Apache-2.0
#include "privacy/attribute_privacy.h"

#include <algorithm>
#include <iterator>

namespace sipsonde {
namespace {

// Sorted by name. `replaces` is a Call-ID.
constexpr AttributePrivacy kAttributes[] = {
    {"action", AttributeContent::nothing},
    {"answered_elsewhere", AttributeContent::nothing},
    {"aor", AttributeContent::uri, true},
    {"attempt", AttributeContent::nothing},
    {"by", AttributeContent::nothing},
    {"contact", AttributeContent::uri, true},
    {"contacts", AttributeContent::nothing},
    {"copies", AttributeContent::nothing},
    {"count", AttributeContent::nothing},
    {"expires", AttributeContent::nothing},
    {"from", AttributeContent::uri, true},
    {"initiator", AttributeContent::nothing},
    {"kind", AttributeContent::nothing},
    {"min_expires", AttributeContent::nothing},
    {"min_se", AttributeContent::nothing},
    {"previous_source", AttributeContent::nothing},
    {"q850_cause", AttributeContent::nothing},
    {"reason_class", AttributeContent::nothing},
    {"reason_text", AttributeContent::prose},
    {"refer_status", AttributeContent::nothing},
    {"refer_to", AttributeContent::uri},
    {"refresh", AttributeContent::nothing},
    {"refresher", AttributeContent::nothing},
    {"replaces", AttributeContent::nothing},
    {"session_expires", AttributeContent::nothing},
    {"sip_cause", AttributeContent::nothing},
    {"source", AttributeContent::nothing},
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
    {"uncertain", AttributeContent::nothing},
    {"user_agent", AttributeContent::prose},
};
static_assert(std::ranges::is_sorted(kAttributes, {}, &AttributePrivacy::name));

}  // namespace

AttributePrivacy privacy_of(std::string_view attribute) {
  const auto* const found = std::ranges::lower_bound(kAttributes, attribute, {}, &AttributePrivacy::name);
  if (found != std::end(kAttributes) && found->name == attribute) return *found;
  return {attribute};
}

}  // namespace sipsonde
