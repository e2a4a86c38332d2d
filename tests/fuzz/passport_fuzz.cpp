// SPDX-License-Identifier: Apache-2.0
// Any bytes as the headers of an INVITE that say who calls: whatever is read of them lies inside its bounds,
// and no verdict follows from what was never signed. The first byte says in which headers the bytes stand.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "stir/assessment.h"
#include "stir/certificate_url.h"
#include "stir/date.h"
#include "stir/identity.h"
#include "stir/claim_number.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kNow_ns = 1'767'225'600'000'000'000;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_inside(std::string_view view, std::string_view bytes) {
  if (view.empty()) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
  const auto at = reinterpret_cast<std::uintptr_t>(view.data());
  require(at >= begin && at + view.size() <= begin + bytes.size());
}

std::string invite_with(std::string_view headers) {
  return std::string(
             "INVITE sip:+12155551213@b.example SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"
             "To: <sip:+12155551213@b.example>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n"
             "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n")
      .append(headers)
      .append("\r\n\r\n");
}

void check_passport(const Identity& identity) {
  if (!identity.readable || identity.is_compact()) return;
  PassportText text;
  Passport passport;
  if (!decode_passport(identity, text, passport)) return;
  const std::string_view header(text.header.data(), text.header.size());
  const std::string_view payload(text.payload.data(), text.payload.size());
  for (const std::string_view view :
       {passport.algorithm, passport.type, passport.extension, passport.certificate_url})
    require_inside(view, header);
  for (const std::string_view view : {passport.attestation, passport.origination_id})
    require_inside(view, payload);
  if (passport.origin) require_inside(passport.origin->text, payload);
  require(passport.destination_count <= passport.destinations.size());
  for (std::size_t i = 0; i < passport.destination_count; ++i)
    require_inside(passport.destinations[i].text, payload);
  require(!passport.issued_at || *passport.issued_at >= 0);
  require(certificate_file_of(passport.certificate_url).find('/') == std::string_view::npos);
}

void check_message(const std::string& text) {
  SipMessage sip;
  if (decode_sip(text, false, sip) != SIPSONDE_MALFORMED_none) return;
  const Identities identities = identities_of(sip);
  require(identities.count <= kIdentitiesMax && (identities.count > 0) == (sip.identity_count > 0));
  for (const Identity& identity : identities) {
    for (const std::string_view view : {identity.header, identity.payload, identity.signature, identity.info,
                                        identity.algorithm, identity.extension})
      require_inside(view, sip.headers);
    check_passport(identity);
  }

  static const TrustStore trusted{};  // knows nobody
  const Assessment assessment = assess(sip, kNow_ns, &trusted);
  require(assessment.check != Check::valid && assessment.check != Check::signature_wrong);
  require_inside(assessment.verstat.text, text);
  state_attributes(assessment, [](std::string_view name, std::string_view value) {
    require(name.starts_with("stir_") && !value.empty());
  });
}

void check(std::uint8_t place, std::string_view bytes) {
  const std::string text(bytes);
  switch (place % 4) {
    case 0:
      return check_message(invite_with("From: <sip:+12155551212@a.example>;tag=1\r\nIdentity: " + text));
    case 1:
      return check_message(invite_with("From: " + text));
    case 2:
      return check_message(invite_with("From: <sip:a@a.example>;tag=1\r\nP-Asserted-Identity: " + text));
    default:
      check_message(invite_with(text));
      (void)decode_date(text);
      if (const auto number = claim_number_of(text)) require(number->size <= number->digits.size());
  }
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) sipsonde::check(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
