// SPDX-License-Identifier: Apache-2.0
#include "otlp/credential_files.h"

#include "base/input_file.h"

namespace sipsonde {
namespace {

constexpr std::size_t kLongest = 1 << 20;

Result<Done> read(const char* key, const std::string& path, std::string& bytes) {
  if (path.empty()) return Done{};
  auto file = read_input_file(path, kLongest);
  if (!file)
    return Error{std::string(key) + ": read \"" + path + "\": " + file.error().message +
                     "; name a readable file in PEM",
                 2};
  bytes = std::move(file->bytes);
  return Done{};
}

}  // namespace

Result<CredentialFiles> read_credential_files(const OtlpSettings& settings) {
  CredentialFiles files;
  if (auto done = read("otlp.certificate", settings.certificate, files.authority); !done) return done.error();
  if (auto done = read("otlp.client_certificate", settings.client_certificate, files.certificate); !done)
    return done.error();
  if (auto done = read("otlp.client_key", settings.client_key, files.key); !done) return done.error();
  return files;
}

}  // namespace sipsonde
