// SPDX-License-Identifier: Apache-2.0
#include "privacy/mask.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr std::size_t kMaskedMin = 4;
constexpr std::size_t kAreaDigits = 3;

// Country codes of two digits (ITU-T E.164 list of assigned codes); 1 and 7 have one digit, the rest three.
constexpr std::string_view kTwoDigitCountries[] = {
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
    "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
    "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"};

// Emergency and helpline numbers with more digits than a short code: the harmonised European 116 numbers
// (Commission Decision 2007/116/EC and its amendments), police and ambulance of South Africa.
constexpr std::string_view kPublicNumbers[] = {"116000", "116006", "116111", "116117",
                                               "116123", "10111",  "10177"};

std::size_t country_digits(std::string_view digits) {
  // A national number begins with its trunk prefix, where a country's has none.
  if (digits.starts_with('0') || digits.starts_with('1') || digits.starts_with('7')) return 1;
  return std::ranges::find(kTwoDigitCountries, digits.substr(0, 2)) != std::end(kTwoDigitCountries) ? 2 : 3;
}

}  // namespace

void append_masked(std::string& out, std::string_view digits, bool international) {
  const std::size_t most = digits.size() > kMaskedMin ? digits.size() - kMaskedMin : 0;
  const std::size_t kept = std::min(country_digits(digits) + kAreaDigits, most);
  if (international) out.push_back('+');
  out.append(digits.substr(0, kept));
  out.append(digits.size() - kept, '*');
}

bool is_public_number(std::string_view digits, bool international) {
  if (digits.size() < kPrivateDigitsMin) return true;
  return !international && std::ranges::find(kPublicNumbers, digits) != std::end(kPublicNumbers);
}

}  // namespace sipsonde
