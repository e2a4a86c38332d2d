// SPDX-License-Identifier: Apache-2.0
#include "links/key.h"

#include <bit>
#include <cstring>
#include <random>

namespace sipsonde {
namespace {

std::uint64_t little_endian_word(const char* at, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, size);
  static_assert(std::endian::native == std::endian::little);
  return word;
}

class SipState {
 public:
  explicit SipState(const HashKey& key)
      : a_(key.low ^ 0x736f6d6570736575),
        b_(key.high ^ 0x646f72616e646f6d),
        c_(key.low ^ 0x6c7967656e657261),
        d_(key.high ^ 0x7465646279746573) {}

  void take(std::uint64_t word) {
    d_ ^= word;
    mix(2);
    a_ ^= word;
  }

  std::uint64_t finish() {
    c_ ^= 0xff;
    mix(4);
    return a_ ^ b_ ^ c_ ^ d_;
  }

 private:
  void mix(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      a_ += b_;
      b_ = std::rotl(b_, 13) ^ a_;
      a_ = std::rotl(a_, 32);
      c_ += d_;
      d_ = std::rotl(d_, 16) ^ c_;
      a_ += d_;
      d_ = std::rotl(d_, 21) ^ a_;
      c_ += b_;
      b_ = std::rotl(b_, 17) ^ c_;
      c_ = std::rotl(c_, 32);
    }
  }

  std::uint64_t a_;
  std::uint64_t b_;
  std::uint64_t c_;
  std::uint64_t d_;
};

}  // namespace

HashKey HashKey::random() {
  std::random_device device;
  const auto word = [&device] { return static_cast<std::uint64_t>(device()) << 32 | device(); };
  return {word(), word()};
}

std::uint64_t sip_hash(const HashKey& key, std::string_view text) {
  SipState state(key);
  const std::uint64_t size = text.size();
  for (; text.size() >= 8; text.remove_prefix(8)) state.take(little_endian_word(text.data(), 8));
  state.take((text.empty() ? 0 : little_endian_word(text.data(), text.size())) | size << 56);
  return state.finish();
}

// The hash of one part goes into the key of the next, so that no text has to be built of them.
LinkKey link_key(const HashKey& key, LinkKeyKind kind, std::initializer_list<std::string_view> parts) {
  std::uint64_t hash = static_cast<std::uint64_t>(kind);
  for (const std::string_view part : parts) hash = sip_hash({key.low ^ hash, key.high}, part);
  hash &= ~0ull >> 2;
  return hash == kNoKey ? 1 : hash;
}

}  // namespace sipsonde
