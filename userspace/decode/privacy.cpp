// SPDX-License-Identifier: Apache-2.0
#include "decode/privacy.h"

#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr std::string_view kAnonymousHost = "anonymous.invalid";

}  // namespace

void decode_privacy(std::string_view value, PrivacyWishes& wishes) {
  while (!value.empty()) {
    const std::string_view wish = trim(take(value, kValueSeparators.length_until(value)));
    wishes.id |= equals_ignoring_case(wish, "id");
    wishes.user |= equals_ignoring_case(wish, "user");
    wishes.header |= equals_ignoring_case(wish, "header");
    if (!value.empty()) value.remove_prefix(1);
  }
}

bool SipMessage::withholds_sender() const {
  const bool asks = privacy.id || privacy.user || privacy.header;
  return (is_request && asks) || equals_ignoring_case(from.host, kAnonymousHost);
}

}  // namespace sipsonde
