// SPDX-License-Identifier: Apache-2.0
#include "media/dtls_outcome.h"

namespace sipsonde {

void hold_against(DtlsOutcome& outcome, unsigned side, const Fingerprints& given) {
  DtlsOutcome::Shown& shown = outcome.shown[side];
  if (!shown.certificate || given.empty()) return;
  const bool matches = given.match(*shown.certificate);
  shown.check = matches ? FingerprintCheck::matched : FingerprintCheck::mismatched;
  if (!matches) outcome.result = DtlsResult::fingerprint_mismatch;
}

}  // namespace sipsonde
