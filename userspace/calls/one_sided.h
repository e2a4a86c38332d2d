// SPDX-License-Identifier: Apache-2.0
// Hops of which only one way passes this node: requests are seen, their responses go elsewhere. Whether a
// request there was answered cannot be known, so that its silence is no timeout.
#pragma once

#include <cstdint>
#include <vector>

#include "base/endpoint.h"
#include "calls/text_hash.h"

namespace sipsonde {

class OneSidedHops {
 public:
  explicit OneSidedHops(std::uint64_t seed) : seed_(seed) {}

  // Something proves that `responder` answered `requester`, and the answer was not seen: an ACK, or a request
  // in a dialog that nobody here saw confirmed.
  void prove(const Address& requester, const Address& responder) {
    if (hops_.empty()) hops_.resize(kHops);
    at(requester, responder) = key_of(requester, responder);
  }
  // A response of that hop passed after all.
  void disprove(const Address& requester, const Address& responder) {
    if (hops_.empty()) return;
    std::uint64_t& hop = at(requester, responder);
    if (hop == key_of(requester, responder)) hop = 0;
  }
  bool contains(const Address& requester, const Address& responder) const {
    const std::uint64_t key = key_of(requester, responder);
    return !hops_.empty() && hops_[key % kHops] == key;
  }

 private:
  // A newer hop takes the place of an older one that has the same: then its timeouts count as any other's.
  static constexpr std::size_t kHops = 4096;

  static std::string_view text_of(const Address& address) {
    return {reinterpret_cast<const char*>(address.data()), address.size()};
  }
  std::uint64_t key_of(const Address& requester, const Address& responder) const {
    return hash_text(text_of(requester), hash_text(text_of(responder), seed_)) | 1;
  }
  std::uint64_t& at(const Address& requester, const Address& responder) {
    return hops_[key_of(requester, responder) % kHops];
  }

  std::uint64_t seed_;
  std::vector<std::uint64_t> hops_;  // made when the first is found
};

}  // namespace sipsonde
