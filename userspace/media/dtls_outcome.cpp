// SPDX-License-Identifier: Apache-2.0
#include "media/dtls_outcome.h"

namespace sipsonde {

std::string_view label(DtlsResult result) {
  switch (result) {
    case DtlsResult::ok:
      return "ok";
    case DtlsResult::fail:
      return "fail";
    case DtlsResult::timeout:
      return "timeout";
    case DtlsResult::fingerprint_mismatch:
      break;
  }
  return "fingerprint-mismatch";
}

void hold_against(DtlsOutcome& outcome, unsigned side, const Fingerprints& given) {
  DtlsOutcome::Shown& shown = outcome.shown[side];
  if (!shown.certificate || given.empty()) return;
  const bool matches = given.match(*shown.certificate);
  shown.check = matches ? FingerprintCheck::matched : FingerprintCheck::mismatched;
  if (!matches) outcome.result = DtlsResult::fingerprint_mismatch;
}

}  // namespace sipsonde
