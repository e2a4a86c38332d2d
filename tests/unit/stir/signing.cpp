// SPDX-License-Identifier: Apache-2.0
#include "unit/stir/signing.h"

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>
#include <vector>

#include "stir/base64url.h"

namespace sipsonde {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

template <typename Write>
std::string pem_of(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  require(write(bio.get()) == 1, "write PEM");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

// ECDSA as ASN.1, to R and S of 32 bytes each.
std::string to_raw(const std::vector<unsigned char>& der) {
  const unsigned char* at = der.data();
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
  require(signature != nullptr, "read the signature");
  std::vector<unsigned char> raw(64);
  require(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), 32) == 32, "R");
  require(BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + 32, 32) == 32, "S");
  return {raw.begin(), raw.end()};
}

}  // namespace

TestKey make_key(const char* curve) {
  return TestKey(EVP_EC_gen(curve), EVP_PKEY_free);
}

TestCertificate make_certificate(const TestKey& key, const CertificateOptions& options,
                                 const TestCertificate& issuer, const TestKey& issuer_key) {
  static long serial = 0;
  TestCertificate certificate(X509_new(), X509_free);
  X509* const x509 = certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), ++serial);
  ASN1_TIME_set(X509_getm_notBefore(x509), options.valid_from);
  ASN1_TIME_set(X509_getm_notAfter(x509), options.valid_until);
  X509_NAME* const name = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(x509, issuer ? X509_get_subject_name(issuer.get()) : name);
  X509_set_pubkey(x509, key.get());
  if (options.is_authority) {
    X509_EXTENSION* const basic =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE");
    X509_add_ext(x509, basic, -1);
    X509_EXTENSION_free(basic);
  }
  require(X509_sign(x509, (issuer_key ? issuer_key : key).get(), EVP_sha256()) > 0, "sign the certificate");
  return certificate;
}

std::string to_pem(const TestCertificate& certificate) {
  return pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); });
}

std::string key_to_pem(const TestKey& key) {
  return pem_of([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string base64url(std::string_view bytes) {
  std::string text(base64url_characters_of(bytes.size()), '\0');
  std::size_t used = 0;
  require(append_base64url(bytes, text, used), "encode");
  return text;
}

std::string sign(const TestKey& key, std::string_view header, std::string_view payload) {
  const std::string token = base64url(header) + "." + base64url(payload);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1, "sign");
  const auto* const bytes = reinterpret_cast<const unsigned char*>(token.data());
  std::size_t size = 0;
  require(EVP_DigestSign(context.get(), nullptr, &size, bytes, token.size()) == 1, "sign");
  std::vector<unsigned char> der(size);
  require(EVP_DigestSign(context.get(), der.data(), &size, bytes, token.size()) == 1, "sign");
  der.resize(size);
  return token + "." + base64url(to_raw(der));
}

}  // namespace sipsonde
