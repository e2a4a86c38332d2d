// SPDX-License-Identifier: Apache-2.0
// The certificates of stir.trust_dir: read and judged once at the start, then shared by all workers and never
// changed. Nothing is fetched: what a PASSporT's x5u names is looked up among the names of these files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stir/openssl.h"

namespace sipsonde {

// Who may sign, of one file.
struct Signer {
  std::string file_name;
  PublicKey key;                // on P-256
  std::int64_t valid_from = 0;  // unix seconds; of the certificate and of all it is certified by
  std::int64_t valid_until = 0;

  bool is_valid_at(std::int64_t unix_seconds) const {
    return unix_seconds >= valid_from && unix_seconds <= valid_until;
  }
};

class TrustStore {
 public:
  // Every file of the folder whose name begins with no dot is PEM and holds one of these:
  //  - self-signed certificates: roots; a lone one with a key on P-256 may sign, too;
  //  - one certificate: trusted because it is here;
  //  - a certificate and after it those that certify it: they must lead to a root of the folder.
  // Dates are not judged here but at each PASSporT's iat. Errors are wrong settings (exit code 2) and name
  // the folder or the file.
  static Result<TrustStore> open(const std::string& folder);

  // nullptr when the folder has no such signer. Thread-safe.
  const Signer* find(std::string_view file_name) const;

  std::size_t size() const { return signers_.size(); }

 private:
  std::vector<Signer> signers_;  // by file name
};

}  // namespace sipsonde
