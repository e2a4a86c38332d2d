// SPDX-License-Identifier: Apache-2.0
// A telephone number as SIP writes it, down to its digits: the user part of a sip: URI or the number of a
// tel: URI, with visual separators, escapes and parameters (RFC 3966 section 3, RFC 3261 section 19.1.6).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

// E.164 ends at 15 digits; what carriers put in front of them (routing prefixes) makes more.
inline constexpr std::size_t kTelephoneDigitsMax = 32;

struct TelephoneNumber {
  std::array<char, kTelephoneDigitsMax> buffer;
  std::uint8_t size = 0;
  bool international = false;  // written with + or 00 (ITU-T E.164), neither of which is among the digits

  std::string_view digits() const { return {buffer.data(), size}; }
};

// nullopt when `user` is no number: a name, a code with * or #, nothing, more digits than a number has.
// Parameters (";isub=…", ";phone-context=…") are stepped over: a phone-context says where a local number is
// valid, and need not be what stands before it (RFC 3966 section 5.1.5).
std::optional<TelephoneNumber> telephone_number_of(std::string_view user);

// What RFC 3966 calls a visual separator, and the blank that people write for one.
constexpr bool is_visual_separator(char c) {
  return c == '-' || c == '.' || c == '(' || c == ')' || c == ' ';
}

// Takes one character off the front of `rest`, with its escape undone ("%2B" is '+', RFC 3261 section 25.1).
// What is no escape stands for itself. REQUIRES: rest is not empty.
char take_unescaped(std::string_view& rest);

}  // namespace sipsonde
