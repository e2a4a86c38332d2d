// SPDX-License-Identifier: Apache-2.0
#include "media/dtls_fingerprint.h"

#include <openssl/evp.h>

#include <algorithm>
#include <optional>
#include <span>

namespace sipsonde {
namespace {

struct Known {
  std::string_view name;  // RFC 8122 section 5, in small letters
  std::size_t size;
  const EVP_MD* (*digest)();
};

// By HashFunction.
constexpr std::array<Known, kHashFunctions> kKnown = {{{"sha-1", 20, EVP_sha1},
                                                       {"sha-224", 28, EVP_sha224},
                                                       {"sha-256", 32, EVP_sha256},
                                                       {"sha-384", 48, EVP_sha384},
                                                       {"sha-512", 64, EVP_sha512}}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_token(std::string_view text, std::string_view lower_case) {
  return std::ranges::equal(text, lower_case, {}, lower);
}

std::optional<std::uint8_t> nibble_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  const char small = lower(c);
  if (small >= 'a' && small <= 'f') return static_cast<std::uint8_t>(small - 'a' + 10);
  return std::nullopt;
}

// "4A:AD:…" of exactly `size` bytes.
std::optional<Digest> digest_of(std::string_view text, std::size_t size) {
  if (text.size() != 3 * size - 1) return std::nullopt;
  Digest digest;
  for (std::size_t i = 0; i < size; ++i) {
    const auto high = nibble_of(text[3 * i]);
    const auto low = nibble_of(text[3 * i + 1]);
    if (!high || !low || (i + 1 < size && text[3 * i + 2] != ':')) return std::nullopt;
    digest.bytes[i] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return digest;
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

CertificateDigests digests_of(std::string_view der) {
  CertificateDigests digests;
  for (std::size_t i = 0; i < kHashFunctions; ++i)
    EVP_Digest(der.data(), der.size(), digests[i].bytes.data(), nullptr, kKnown[i].digest(), nullptr);
  return digests;
}

bool Fingerprints::add(std::string_view value) {
  value = trimmed(value);
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos || count_ == kMax) return false;
  const std::string_view name = value.substr(0, space);
  for (std::size_t i = 0; i < kHashFunctions; ++i) {
    if (!same_token(name, kKnown[i].name)) continue;
    const std::optional<Digest> digest = digest_of(trimmed(value.substr(space)), kKnown[i].size);
    if (!digest) return false;
    given_[count_++] = {static_cast<HashFunction>(i), *digest};
    return true;
  }
  return false;
}

bool Fingerprints::match(const CertificateDigests& certificate) const {
  const auto given = std::span(given_).first(count_);
  const HashFunction strongest = std::ranges::max_element(given, {}, &Fingerprint::function)->function;
  return std::ranges::any_of(given, [&](const Fingerprint& fingerprint) {
    return fingerprint.function == strongest &&
           fingerprint.digest == certificate[static_cast<std::size_t>(strongest)];
  });
}

std::string_view label(FingerprintCheck check) {
  switch (check) {
    case FingerprintCheck::no_certificate:
      return "no-certificate";
    case FingerprintCheck::not_given:
      return "not-given";
    case FingerprintCheck::matched:
      return "matched";
    case FingerprintCheck::mismatched:
      return "mismatched";
    case FingerprintCheck::unknowable:
      break;
  }
  return "unknowable";
}

}  // namespace sipsonde
