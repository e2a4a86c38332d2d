// SPDX-License-Identifier: Apache-2.0
// The files of TLS, read whole: what is missing is said at the start and not at the first call.
#pragma once

#include <string>

#include "base/result.h"
#include "config/otlp_settings.h"

namespace sipsonde {

// In PEM; empty where the settings name no file.
struct CredentialFiles {
  std::string authority;
  std::string certificate;
  std::string key;
};

// An error names the key and the file; its exit code is 2.
Result<CredentialFiles> read_credential_files(const OtlpSettings& settings);

}  // namespace sipsonde
