// SPDX-License-Identifier: Apache-2.0
// An authentication service for tests (RFC 8224 section 6.1): keys, certificates and signed tokens, made anew
// in every run. Nothing of it is the code under test but the alphabet of base64url.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sipsonde {

using TestKey = std::shared_ptr<EVP_PKEY>;
using TestCertificate = std::shared_ptr<X509>;

TestKey make_key(const char* curve = "P-256");

struct CertificateOptions {
  std::string name = "Carrier A";
  std::int64_t valid_from = 1'600'000'000;
  std::int64_t valid_until = 2'000'000'000;
  bool is_authority = false;
};

// Signed by `issuer_key` in the name of `issuer`; without them by itself.
TestCertificate make_certificate(const TestKey& key, const CertificateOptions& options = {},
                                 const TestCertificate& issuer = nullptr,
                                 const TestKey& issuer_key = nullptr);

std::string to_pem(const TestCertificate& certificate);
std::string key_to_pem(const TestKey& key);

std::string base64url(std::string_view bytes);

// header.payload.signature of two JSON texts, by ES256.
std::string sign(const TestKey& key, std::string_view header, std::string_view payload);

}  // namespace sipsonde
