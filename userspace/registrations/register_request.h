// SPDX-License-Identifier: Apache-2.0
// What a REGISTER asks for (RFC 3261 section 10.2), kept until it is answered.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "decode/contacts.h"

namespace sipsonde {

// Texts of bindings are never longer; an address that is takes part in nothing.
inline constexpr std::size_t kBindingTextLimit = 512;

struct RegisterRequest {
  std::span<const ContactValue> contacts;  // at most 8; more are known from the answer's list only
  bool all = false;                        // Contact: *
  std::optional<std::uint32_t> expires;    // of the Expires header
  std::string_view user_agent;

  // Asks what there is and changes nothing (section 10.2.3).
  bool only_asks() const { return contacts.empty() && !all; }
};

// The list and its texts are in `room` afterwards.
RegisterRequest keep_register_request(const SipMessage& request, Arena& room);

}  // namespace sipsonde
