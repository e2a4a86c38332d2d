// SPDX-License-Identifier: Apache-2.0
#include "decode/reason.h"

#include "decode/characters.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

// Q.850 ends at 127 and SIP at 699; what has more than three digits is no cause.
constexpr std::uint32_t kCauseMax = 999;

Reason take_reason(std::string_view& rest) {
  Reason reason;
  reason.protocol = trim(take(rest, kValueSeparators.length_until(rest)));
  Parameter parameter;
  while (take_parameter(rest, parameter)) {
    if (equals_ignoring_case(parameter.name, "cause")) {
      reason.cause = static_cast<int>(decode_number(parameter.value, kCauseMax).value_or(0));
    } else if (equals_ignoring_case(parameter.name, "text")) {
      reason.text = parameter.value;
    }
  }
  return reason;
}

}  // namespace

void decode_reasons(std::string_view value, SipMessage& message) {
  bool more = true;
  while (more && message.reason_count < message.reasons.size()) {
    const Reason reason = take_reason(value);
    if (!reason.protocol.empty()) message.reasons[message.reason_count++] = reason;
    more = take_past_comma(value);
  }
}

}  // namespace sipsonde
