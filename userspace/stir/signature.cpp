// SPDX-License-Identifier: Apache-2.0
#include "stir/signature.h"

#include <openssl/err.h>

#include <array>
#include <string>

#include "stir/base64url.h"

namespace sipsonde {
namespace {

constexpr int kIntegerBytes = 32;
constexpr std::size_t kSignatureBytes = 2 * kIntegerBytes;
// SEQUENCE of two INTEGERs, each with a sign byte at most.
constexpr std::size_t kDerBytesMax = 2 + 2 * (2 + 1 + kIntegerBytes);

struct DerSignature {
  std::array<unsigned char, kDerBytesMax> bytes;
  std::size_t size = 0;
};

// From R and S to the ASN.1 that OpenSSL verifies (RFC 3279 section 2.2.3). Size 0 when that cannot be.
DerSignature to_der(const unsigned char* raw) {
  DerSignature der;
  EcdsaSignature signature(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(raw, kIntegerBytes, nullptr);
  BIGNUM* s = BN_bin2bn(raw + kIntegerBytes, kIntegerBytes, nullptr);
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return der;
  }
  const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
  if (size <= 0 || static_cast<std::size_t>(size) > der.bytes.size()) return der;
  unsigned char* at = der.bytes.data();
  der.size = static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), &at));
  return der;
}

bool update(EVP_MD_CTX* context, std::string_view text) {
  return EVP_DigestVerifyUpdate(context, text.data(), text.size()) == 1;
}

}  // namespace

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
         std::string_view(group.data()) == "prime256v1";
}

bool is_signed_by(EVP_PKEY* key, std::string_view header, std::string_view payload,
                  std::string_view signature) {
  std::array<char, kSignatureBytes> room;
  const auto raw = decode_base64url(signature, room);
  if (!raw || raw->size() != kSignatureBytes) return false;
  const DerSignature der = to_der(reinterpret_cast<const unsigned char*>(raw->data()));
  const DigestContext context(EVP_MD_CTX_new());
  const bool verified = der.size > 0 && context &&
                        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                        update(context.get(), header) && update(context.get(), ".") &&
                        update(context.get(), payload) &&
                        EVP_DigestVerifyFinal(context.get(), der.bytes.data(), der.size) == 1;
  if (!verified) ERR_clear_error();
  return verified;
}

}  // namespace sipsonde
