// SPDX-License-Identifier: Apache-2.0
#include "stir/assessment.h"

#include <algorithm>

#include "decode/characters.h"
#include "decode/header_walk.h"
#include "stir/identity.h"
#include "stir/party.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kNanoseconds = 1'000'000'000;

char attestation_of(std::string_view text) {
  return text.size() == 1 && text[0] >= 'A' && text[0] <= 'C' ? text[0] : '\0';
}

void keep_origination_id(std::string_view text, Assessment& assessment) {
  if (text.size() > assessment.origination_id_room.size()) return;
  std::ranges::copy(text, assessment.origination_id_room.begin());
  assessment.origination_id_size = text.size();
}

void take_claims(const Passport& passport, const SipMessage& sip, std::uint64_t unix_ns,
                 Assessment& assessment) {
  assessment.attestation = attestation_of(passport.attestation);
  keep_origination_id(passport.origination_id, assessment);
  assessment.iat_skew_seconds.reset();
  if (passport.issued_at)
    assessment.iat_skew_seconds = static_cast<std::int64_t>(unix_ns / kNanoseconds) - *passport.issued_at;
  assessment.origin_differs = fit_of_origin(passport, sip) == Fit::differs;
  assessment.destination_differs = fit_of_destination(passport, sip) == Fit::differs;
}

void assess_identities(const SipMessage& sip, std::uint64_t unix_ns, const TrustStore* trusted,
                       Assessment& assessment) {
  PassportText text;
  RebuiltToken token;
  bool claims_taken = false, shaken_taken = false;
  for (const Identity& identity : identities_of(sip)) {
    Passport passport;
    const bool full = identity.readable && !identity.is_compact();
    const bool decoded = full && decode_passport(identity, text, passport);
    const bool shaken = decoded && passport.extension == "shaken";
    if (decoded && (!claims_taken || (shaken && !shaken_taken))) {
      take_claims(passport, sip, unix_ns, assessment);
      claims_taken = true;
      shaken_taken |= shaken;
    }
    const bool readable = decoded || identity.is_compact();
    if (trusted) {
      const Check check =
          check_identity(identity, decoded ? &passport : nullptr, sip, unix_ns, *trusted, token);
      assessment.check = std::min(assessment.check, check);
    } else if (!claims_taken && !readable) {
      assessment.check = Check::unreadable;
    }
  }
  if (!trusted && claims_taken) assessment.check = Check::none;
  assessment.checked = trusted != nullptr;
}

// Where a verification service takes the Identity away, it may leave what it said (3GPP TS 24.229 section
// 7.2A.20 and older practice of carriers).
void take_left_claims(const SipMessage& sip, Assessment& assessment) {
  assessment.attestation = assessment.verstat.attestation;
  HeaderWalk walk(sip.headers, false);
  HeaderLine line;
  while (walk.take(line)) {
    if (equals_ignoring_case(line.name, "P-Attestation-Indicator") ||
        equals_ignoring_case(line.name, "Attestation-Info"))
      assessment.attestation = std::max(assessment.attestation, attestation_of(line.value));
    if (equals_ignoring_case(line.name, "P-Origination-ID") ||
        equals_ignoring_case(line.name, "Origination-Id"))
      keep_origination_id(line.value, assessment);
  }
}

}  // namespace

Assessment assess(const SipMessage& sip, std::uint64_t unix_ns, const TrustStore* trusted) {
  Assessment assessment;
  assessment.verstat = verstat_of(sip);
  assessment.has_identity = sip.identity_count > 0;
  if (assessment.has_identity) assess_identities(sip, unix_ns, trusted, assessment);
  if (!assessment.has_identity && assessment.verstat.value != Verstat::absent)
    take_left_claims(sip, assessment);
  return assessment;
}

std::optional<StirStatus> status_of_check(const Assessment& assessment) {
  if (!assessment.checked) return std::nullopt;
  switch (assessment.check) {
    case Check::valid:
      return StirStatus::verified;
    case Check::stale:
    case Check::origin_differs:
    case Check::destination_differs:
      return StirStatus::soft_fail;
    case Check::unreadable:
    case Check::certificate_expired:
    case Check::signature_wrong:
      return StirStatus::failed;
    default:
      return std::nullopt;
  }
}

StirStatus status_of_invite(const Assessment& assessment) {
  if (assessment.verstat.value == Verstat::passed) return StirStatus::verified;
  if (assessment.verstat.value == Verstat::failed) return StirStatus::soft_fail;
  // A word that is not in the table says that somebody verified, not with what result.
  const bool undecided = assessment.verstat.value == Verstat::unknown;
  if (!assessment.has_identity && !undecided) return StirStatus::no_identity;
  return status_of_check(assessment).value_or(StirStatus::signed_unchecked);
}

}  // namespace sipsonde
