// SPDX-License-Identifier: Apache-2.0
#include "stir/check.h"

#include <array>

#include "stir/certificate_url.h"
#include "stir/party.h"
#include "stir/signature.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kNanoseconds = 1'000'000'000;

bool is_fresh(std::int64_t issued_at, std::uint64_t unix_ns) {
  const std::int64_t apart = static_cast<std::int64_t>(unix_ns / kNanoseconds) - issued_at;
  if (apart == kFreshness_seconds) return unix_ns % kNanoseconds == 0;
  return apart < kFreshness_seconds && apart >= -kFreshness_seconds;
}

Check check_time(const Signer& signer, std::int64_t issued_at, std::uint64_t unix_ns) {
  if (!signer.is_valid_at(issued_at)) return Check::certificate_expired;
  return is_fresh(issued_at, unix_ns) ? Check::valid : Check::stale;
}

Check check_full_form(const Identity& identity, const Passport& passport, const SipMessage& sip,
                      std::uint64_t unix_ns, const TrustStore& trusted) {
  if (passport.type != "passport" || !passport.issued_at || !passport.origin ||
      passport.destination_count == 0)
    return Check::unreadable;
  if (passport.algorithm != "ES256" || passport.has_critical) return Check::unsupported;
  const Signer* const signer = trusted.find(certificate_file_of(passport.certificate_url));
  if (!signer) return Check::certificate_unknown;
  if (!is_signed_by(signer->key.get(), identity.header, identity.payload, identity.signature))
    return Check::signature_wrong;
  const Check time = check_time(*signer, *passport.issued_at, unix_ns);
  if (time != Check::valid) return time;
  if (fit_of_origin(passport, sip) == Fit::differs) return Check::origin_differs;
  if (fit_of_destination(passport, sip) == Fit::differs) return Check::destination_differs;
  return Check::valid;
}

bool is_signed_for(const NameAddress& origin, const Identity& identity, const SipMessage& sip,
                   const Signer& signer, RebuiltToken& token) {
  return rebuild_token(identity, sip, origin, token) &&
         is_signed_by(signer.key.get(), token.header(), token.payload(), identity.signature);
}

// The parties are the message's own, so that they cannot differ: then the signature is wrong.
Check check_compact_form(const Identity& identity, const SipMessage& sip, std::uint64_t unix_ns,
                         const TrustStore& trusted, RebuiltToken& token) {
  if (!identity.algorithm.empty() && identity.algorithm != "ES256") return Check::unsupported;
  if (!rebuild_token(identity, sip, sip.from, token)) return Check::unknowable;
  const Signer* const signer = trusted.find(certificate_file_of(identity.info));
  if (!signer) return Check::certificate_unknown;
  const bool asserted = !sip.asserted_identity.uri.empty();
  const bool verified = is_signed_for(sip.from, identity, sip, *signer, token) ||
                        (asserted && is_signed_for(sip.asserted_identity, identity, sip, *signer, token));
  return verified ? check_time(*signer, token.issued_at, unix_ns) : Check::signature_wrong;
}

}  // namespace

std::string_view label(Check check) {
  constexpr std::array<std::string_view, 11> kLabels = {
      "valid",       "stale",      "orig-mismatch", "dest-mismatch",       "certificate-unknown",
      "unsupported", "unknowable", "unreadable",    "certificate-expired", "signature-invalid",
      "none"};
  return kLabels[static_cast<std::size_t>(check)];
}

Check check_identity(const Identity& identity, const Passport* passport, const SipMessage& sip,
                     std::uint64_t unix_ns, const TrustStore& trusted, RebuiltToken& token) {
  if (identity.is_compact()) return check_compact_form(identity, sip, unix_ns, trusted, token);
  if (!identity.readable || !passport) return Check::unreadable;
  return check_full_form(identity, *passport, sip, unix_ns, trusted);
}

}  // namespace sipsonde
