// SPDX-License-Identifier: Apache-2.0
#include "privacy/pseudonyms.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <utility>

namespace sipsonde {
namespace {

constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kKnownDigitsMax = 16;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Four bits a digit, 1 to 10, so that no two numbers share a word. REQUIRES: at most kKnownDigitsMax digits.
std::uint64_t packed(std::string_view digits) {
  std::uint64_t word = 0;
  for (const char digit : digits) word = word << 4 | static_cast<std::uint64_t>(digit - '0' + 1);
  return word;
}

}  // namespace

void Pseudonyms::FreeMac::operator()(evp_mac_ctx_st* mac) const noexcept {
  EVP_MAC_CTX_free(mac);
}

Pseudonyms::Pseudonyms(std::unique_ptr<evp_mac_ctx_st, FreeMac> mac)
    : mac_(std::move(mac)), known_(std::size_t{1} << kKnownBits) {}

Result<Pseudonyms> Pseudonyms::with_key(std::string_view key) {
  EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
  std::unique_ptr<evp_mac_ctx_st, FreeMac> mac(hmac ? EVP_MAC_CTX_new(hmac) : nullptr);
  EVP_MAC_free(hmac);  // the context holds it
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, sizeof digest - 1),
      OSSL_PARAM_construct_end()};
  if (!mac || EVP_MAC_init(mac.get(), bytes_of(key), key.size(), parameters) != 1)
    return Error{"set up HMAC-SHA-256 for privacy.numbers: OpenSSL refused; check its installation"};
  return Pseudonyms(std::move(mac));
}

void Pseudonyms::append(std::string& out, std::string_view digits) {
  if (digits.size() > kKnownDigitsMax) {
    const Text text = compute(digits);
    out.append(text.data(), text.size());
    return;
  }
  const std::uint64_t word = packed(digits);
  Known& known = known_[static_cast<std::size_t>(word * 0x9e3779b97f4a7c15 >> (64 - kKnownBits))];
  if (known.digits != word) known = {word, compute(digits)};
  out.append(known.text.data(), known.text.size());
}

// What cannot be computed must not be shown: the text is then one that no number has.
Pseudonyms::Text Pseudonyms::compute(std::string_view digits) {
  constexpr char kHex[] = "0123456789abcdef";
  Text text;
  text.fill('x');
  unsigned char digest[kDigestBytes];
  std::size_t size = 0;
  // Without a key the context begins anew with the one it has.
  if (EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) != 1 ||
      EVP_MAC_update(mac_.get(), bytes_of("+"), 1) != 1 ||
      EVP_MAC_update(mac_.get(), bytes_of(digits), digits.size()) != 1 ||
      EVP_MAC_final(mac_.get(), digest, &size, sizeof digest) != 1 || size != sizeof digest)
    return text;
  for (std::size_t i = 0; i < kCharacters / 2; ++i) {
    text[2 * i] = kHex[digest[i] >> 4];
    text[2 * i + 1] = kHex[digest[i] & 15];
  }
  return text;
}

}  // namespace sipsonde
