// SPDX-License-Identifier: Apache-2.0
// The SIP messages of calls, held until they are worth a row: when a leg of the call is answered or ends, or
// after half a minute.
#pragma once

#include <cstdint>
#include <list>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "facts/packet_facts.h"

namespace sipsonde {

// Strangers choose Call-IDs.
struct SeededHash {
  std::uint64_t seed = std::random_device{}();
  std::size_t operator()(std::string_view text) const noexcept { return hash_bytes(text, seed); }
};

// Not thread-safe. Bounded: a call holds at most kBytesACall, what comes beyond until they are written is
// left out and counted; all together hold about kBytesInAll, then they are written whatever their age.
class MessageHold {
 public:
  static constexpr std::size_t kBytesACall = 256u << 10;
  static constexpr std::size_t kBytesInAll = 16u << 20;
  static constexpr std::uint64_t kLongest_ns = 30'000'000'000;

  struct Call {
    std::string call_id;
    std::uint64_t held_since_ns = 0;  // the writer's clock
    std::uint64_t first_ns = 0;
    std::uint64_t last_ns = 0;
    std::string document;  // stored_message.h
    bool due = false;
  };

  // A message without a Call-ID belongs to no story and is not held.
  void add(const Message& message, std::uint64_t now_ns);
  // A leg of the call was answered or has ended.
  void turn(std::string_view call_id);

  std::size_t bytes() const { return bytes_; }
  std::uint64_t left_out() const { return left_out_; }

  // Those to be written now. They are held, and may grow, until written() says that they are on disk.
  std::span<const Call* const> due(std::uint64_t now_ns);
  void written();

 private:
  void make_due(Call& call);

  std::list<Call> calls_;  // the one held longest first
  std::unordered_map<std::string_view, std::list<Call>::iterator, SeededHash> by_id_;  // of calls_
  std::vector<const Call*> due_;
  std::size_t bytes_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace sipsonde
