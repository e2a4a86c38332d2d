// SPDX-License-Identifier: Apache-2.0
#include "privacy/attribute_privacy.h"

#include <algorithm>
#include <iterator>

namespace sipsonde {
namespace {

// Sorted by name.
constexpr AttributePrivacy kAttributes[] = {
    {"answered_elsewhere", Holds::nothing},
    {"aor", Holds::uri, true},
    {"attempt", Holds::nothing},
    {"by", Holds::nothing},
    {"contact", Holds::uri, true},
    {"from", Holds::uri, true},
    {"initiator", Holds::nothing},
    {"q850_cause", Holds::nothing},
    {"reason_class", Holds::nothing},
    {"reason_text", Holds::prose},
    {"refer_to", Holds::uri},
    {"sip_cause", Holds::nothing},
    {"to", Holds::uri},
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
