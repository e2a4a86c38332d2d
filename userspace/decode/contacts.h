// SPDX-License-Identifier: Apache-2.0
// All the Contact values of a REGISTER or of its response: several may stand in a line, and in several lines
// (RFC 3261 sections 7.3.1 and 10). Other messages need the first only, which SipMessage has.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "decode/header_walk.h"
#include "decode/sip_message.h"

namespace sipsonde {

struct ContactValue {
  std::string_view uri;                  // without < >, with its own parameters
  std::optional<std::uint32_t> expires;  // the parameter; one that is no number says 3600 (section 20.10)
};

class ContactWalk {
 public:
  // Views the message's bytes.
  explicit ContactWalk(const SipMessage& message) : lines_(message.headers, false) {}

  // The next value in order; false when there is none. `*` and what has no readable URI are stepped over.
  bool take(ContactValue& value);

 private:
  HeaderWalk lines_;
  std::string_view rest_;  // of the line, after the values taken
};

}  // namespace sipsonde
