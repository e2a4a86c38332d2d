// SPDX-License-Identifier: Apache-2.0
// Certificates out of PEM files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "stir/openssl.h"

namespace sipsonde {

using CertificateChain = std::vector<X509Certificate>;

// The certificates of a file in its order, at least one. Other blocks of PEM are stepped over. An error says
// what is wrong with the file; its name is added by the caller.
Result<CertificateChain> read_certificates(const std::string& path);

struct Validity {
  std::int64_t from = 0;  // unix seconds, both inclusive
  std::int64_t until = 0;
};
Validity validity_of(const X509* certificate);

// Certified by its own key.
bool is_self_signed(X509* certificate);

}  // namespace sipsonde
