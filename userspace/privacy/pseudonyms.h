// SPDX-License-Identifier: Apache-2.0
// Telephone numbers as pseudonyms: the same number has the same one wherever the same key is, and without the
// key nobody tells which it is. HMAC-SHA-256 (RFC 2104, FIPS 180-4) over '+' and the digits, the first 128
// bits of it in hexadecimal. One for each thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct evp_mac_ctx_st;

namespace sipsonde {

class Pseudonyms {
 public:
  static constexpr std::size_t kCharacters = 32;

  // `key` is copied into the library's own memory.
  static Result<Pseudonyms> with_key(std::string_view key);

  // REQUIRES: digits are digits, without + and without 00.
  void append(std::string& out, std::string_view digits);

 private:
  using Text = std::array<char, kCharacters>;
  struct FreeMac {
    void operator()(evp_mac_ctx_st* mac) const noexcept;
  };
  // Calls repeat a few numbers: the pseudonyms of the last ones, each in the one place that it can have.
  struct Known {
    std::uint64_t digits = 0;  // packed; 0: nothing is here
    Text text{};
  };
  static constexpr unsigned kKnownBits = 12;

  explicit Pseudonyms(std::unique_ptr<evp_mac_ctx_st, FreeMac> mac);
  Text compute(std::string_view digits);

  std::unique_ptr<evp_mac_ctx_st, FreeMac> mac_;
  std::vector<Known> known_;
};

}  // namespace sipsonde
