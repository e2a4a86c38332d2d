// SPDX-License-Identifier: Apache-2.0
// What an INVITE says of the calls that it belongs to. Views into the message.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "decode/sip_message.h"
#include "links/offer.h"

namespace sipsonde {

// 128 bits of a Session-ID (RFC 7989), 16 bytes.
using SessionUuid = std::array<char, 16>;

struct SessionId {
  std::optional<SessionUuid> local;   // not for the null UUID, which says that there is none
  std::optional<SessionUuid> remote;  // of the `remote` parameter, likewise
};
SessionId session_id_of(std::string_view header);

struct LinkClues {
  static constexpr std::size_t kHeadersMax = 8;

  std::string_view call_id;
  std::string_view replaced;   // Call-ID of the dialog that it replaces (RFC 3891)
  std::string_view other_leg;  // X-CID, X-Call-ID: the Call-ID of the other leg
  std::array<std::string_view, kHeadersMax>
      headers{};  // values of the configured ones, as far as there are any
  SessionId session;
  std::string_view icid;  // icid-value of P-Charging-Vector (RFC 7315 section 4.6)
  std::string_view from_number;
  std::string_view to_number;
  std::string_view target_user;  // of the Request-URI
  std::string_view target_host;
  MediaOffer offer;
};

// `headers`: names of those that the configuration adds, at most kHeadersMax.
LinkClues clues_of(const SipMessage& invite, std::span<const std::string> headers);

// What a REFER asks for (RFC 3515).
struct Referral {
  std::string_view target_user;  // whom the receiver is to call
  std::string_view target_host;
  std::string_view replaces;  // with which Call-ID in place of which: escapes as written; empty: none
  std::string_view receiver;  // the number of who is to call
};
Referral referral_of(const SipMessage& refer);

// The Call-ID in front of the tags of a Replaces header (RFC 3891 section 6.1).
std::string_view call_id_in_replaces(std::string_view replaces);

// Escapes of a URI (RFC 3986 section 2.1) as the bytes they stand for; written to `room`, as much as fits.
std::string_view unescaped(std::string_view text, std::span<char> room);

}  // namespace sipsonde
