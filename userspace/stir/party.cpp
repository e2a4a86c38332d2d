// SPDX-License-Identifier: Apache-2.0
#include "stir/party.h"

#include "decode/characters.h"
#include "decode/name_address.h"
#include "stir/asserted_identity.h"
#include "stir/claim_number.h"

namespace sipsonde {
namespace {

// RFC 3261 section 8.1.1.3 and RFC 3323 section 4.1.
bool is_anonymous(const NameAddress& address) {
  return equals_ignoring_case(address.user, "anonymous") ||
         equals_ignoring_case(address.host, "anonymous.invalid");
}

Fit fit_of_number(std::string_view claimed, const NameAddress& address) {
  const auto claim = claim_number_of(claimed);
  const auto in_message = claim_number_of(address.user);
  return claim && in_message && fits_claim(*claim, *in_message) ? Fit::fits : Fit::differs;
}

Fit fit_of_uri(std::string_view claimed, const NameAddress& address) {
  NameAddress claim;
  decode_uri(claimed, claim);
  if (claim.host.empty() && !claim.user.empty()) return fit_of_number(claim.user, address);  // tel:
  if (claim.host.empty()) return claimed == address.uri ? Fit::fits : Fit::differs;
  return claim.user == address.user && equals_ignoring_case(claim.host, address.host) ? Fit::fits
                                                                                      : Fit::differs;
}

Fit fit_of(const PartyClaim& claim, const NameAddress& address) {
  if (address.uri.empty() || is_anonymous(address)) return Fit::unknown;
  if (!claim.is_number) return fit_of_uri(claim.text, address);
  return address.user.empty() ? Fit::unknown : fit_of_number(claim.text, address);
}

// One that fits decides; else one that differs does.
Fit better(Fit one, Fit other) {
  if (one == Fit::fits || other == Fit::fits) return Fit::fits;
  return one == Fit::differs ? one : other;
}

}  // namespace

Fit fit_of_origin(const Passport& passport, const SipMessage& sip) {
  if (!passport.origin) return Fit::unknown;
  Fit fit = fit_of(*passport.origin, sip.from);
  for (const AssertedIdentity& asserted : asserted_identities_of(sip))
    fit = better(fit, fit_of(*passport.origin, asserted.address));
  return fit;
}

Fit fit_of_destination(const Passport& passport, const SipMessage& sip) {
  Fit fit = Fit::unknown;
  for (std::size_t i = 0; i < passport.destination_count; ++i) {
    fit = better(fit, fit_of(passport.destinations[i], sip.to));
    fit = better(fit, fit_of(passport.destinations[i], sip.request_uri));
  }
  return fit;
}

}  // namespace sipsonde
