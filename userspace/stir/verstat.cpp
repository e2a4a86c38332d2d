// SPDX-License-Identifier: Apache-2.0
#include "stir/verstat.h"

#include <algorithm>

#include "decode/characters.h"
#include "decode/parameters.h"
#include "stir/asserted_identity.h"

namespace sipsonde {
namespace {

constexpr std::string_view kName = "verstat";

constexpr ByteSet kUriPartEnds(";@?");

// Parameters stand behind the number of a tel URI, in the user part of a sip URI that holds one (RFC 3261
// section 19.1.6), and behind the host: between two of ; @ ? in any case.
std::string_view parameter_of_uri(std::string_view uri) {
  while (!uri.empty()) {
    uri.remove_prefix(std::min(uri.find(';'), uri.size()));
    if (uri.empty()) break;
    uri.remove_prefix(1);
    const std::string_view part = uri.substr(0, kUriPartEnds.length_until(uri));
    const std::size_t equals = part.find('=');
    if (equals != part.npos && equals_ignoring_case(part.substr(0, equals), kName))
      return part.substr(equals + 1);
  }
  return {};
}

std::string_view parameter_of(std::string_view uri, std::string_view header_parameters) {
  const std::string_view inside = parameter_of_uri(uri);
  return inside.empty() ? find_parameter(header_parameters, kName) : inside;
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return equals_ignoring_case(text.substr(0, word.size()), word) &&
         (text.size() == word.size() || text[word.size()] == '-');
}

char attestation_of_suffix(std::string_view suffix) {
  if (suffix.size() < 2 || (suffix.size() > 2 && suffix[2] != '-')) return 0;
  const char letter = to_lower(suffix[1]);
  return letter >= 'a' && letter <= 'c' ? static_cast<char>(letter - 'a' + 'A') : '\0';
}

}  // namespace

VerstatClaim decode_verstat(std::string_view text) {
  VerstatClaim claim{.value = Verstat::unknown, .text = text};
  if (text.empty()) return {};
  constexpr std::string_view kPassed = "TN-Validation-Passed", kFailed = "TN-Validation-Failed";
  if (begins_with_word(text, kPassed)) claim.value = Verstat::passed;
  if (begins_with_word(text, kFailed)) claim.value = Verstat::failed;
  if (begins_with_word(text, "No-TN-Validation")) claim.value = Verstat::unvalidated;
  if (claim.value == Verstat::passed || claim.value == Verstat::failed)
    claim.attestation = attestation_of_suffix(text.substr(kPassed.size()));
  return claim;
}

VerstatClaim verstat_of(const SipMessage& sip) {
  for (const AssertedIdentity& asserted : asserted_identities_of(sip))
    if (const auto text = parameter_of(asserted.address.uri, asserted.rest); !text.empty())
      return decode_verstat(text);
  return decode_verstat(parameter_of(sip.from.uri, sip.from_parameters));
}

}  // namespace sipsonde
