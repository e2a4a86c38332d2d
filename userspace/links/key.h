// SPDX-License-Identifier: Apache-2.0
// Under what a call is found by another: a value that both carry, as a keyed hash of 64 bits. The key is
// random and SipHash (Aumasson and Bernstein, 2012) is made for such texts: nobody outside can make two
// values meet, so the hash stands for the value and no text is kept.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace sipsonde {

struct HashKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  static HashKey random();
};

// SipHash-2-4.
std::uint64_t sip_hash(const HashKey& key, std::string_view text);

enum class LinkKeyKind : std::uint8_t {
  call_id,  // of a call, and where another call names it
  session,  // one half of a Session-ID
  icid,
  media,     // of an offer: address and port
  formats,   // of an offer
  numbers,   // from whom to whom
  referral,  // where a REFER sends whom
};

using LinkKey = std::uint64_t;
inline constexpr LinkKey kNoKey = 0;

// Parts do not run into each other: ("ab", "c") is another key than ("a", "bc"). The two highest bits are 0.
LinkKey link_key(const HashKey& key, LinkKeyKind kind, std::initializer_list<std::string_view> parts);

}  // namespace sipsonde
