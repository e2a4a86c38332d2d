// SPDX-License-Identifier: Apache-2.0
// Telephone numbers as a PASSporT compares them (RFC 8224 section 8.3).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace sipsonde {

// Digits, * and #; without the leading + and visual separators.
struct ClaimNumber {
  std::array<char, 32> digits{};
  std::size_t size = 0;
  bool has_plus = false;

  std::string_view text() const { return {digits.data(), size}; }
};

// From the user part of a URI or a claim: "+1-555-123-0001;ext=1". nullopt when it is no number.
std::optional<ClaimNumber> claim_number_of(std::string_view user);

// `claim` carries its country code. A number in a message that was written without + may be a national one
// and then fits when the claim ends with it; shorter than seven digits it proves nothing and must be equal.
bool fits_claim(const ClaimNumber& claim, const ClaimNumber& in_message);

}  // namespace sipsonde
