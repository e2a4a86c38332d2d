// SPDX-License-Identifier: Apache-2.0
// RTP accounts kept the plain way, to hold those of bpf/parse/rtp.h against: a set of sequence numbers, and
// RFC 3550 A.8 in doubles.
#pragma once

#include <cmath>
#include <cstdint>
#include <unordered_set>

#include "sipsonde/state.h"

namespace sipsonde::testing {

// Numbers are extended: they do not wrap. What lies 100 behind the highest and did not come is lost.
class SequenceModel {
 public:
  enum class Place : std::uint8_t { in_order, reordered, duplicate, far };

  explicit SequenceModel(std::uint16_t first) : highest_(first), floor_(first), decided_(first) {}

  Place take(std::uint16_t sequence) {
    const auto ahead = static_cast<std::uint16_t>(sequence - highest_);
    const int behind = ahead == 0 ? 0 : 65536 - ahead;
    if (behind < kMisorder) return take_behind(behind);
    if (ahead <= kDropout) {
      move_to(highest_ + ahead);
      return Place::in_order;
    }
    if (awaited_ == sequence) {
      restart(sequence);
      return Place::in_order;
    }
    awaited_ = static_cast<std::uint16_t>(sequence + 1);
    return Place::far;
  }

  std::uint64_t expected() const {
    return expected_before_ + static_cast<std::uint64_t>(highest_ - floor_ + 1);
  }
  // Of expected(), those that are neither here nor decided yet.
  std::uint64_t open() const {
    std::uint64_t missing = 0;
    for (std::int64_t number = highest_; number > highest_ - kMisorder; --number) missing += !has(number);
    return missing;
  }
  std::int64_t highest() const { return highest_; }
  std::uint64_t unique = 1, lost = 0, runs = 0, duplicates = 0, reordered = 0, restarts = 0, depth = 0;

 private:
  static constexpr int kMisorder = 100, kDropout = 3000;  // RFC 3550 A.1

  // What came before the first is none of ours.
  bool has(std::int64_t number) const { return number <= floor_ || arrived_.contains(number); }

  Place take_behind(int behind) {
    if (has(highest_ - behind)) {
      ++duplicates;
      return Place::duplicate;
    }
    arrived_.insert(highest_ - behind);
    ++unique;
    ++reordered;
    depth = std::max(depth, static_cast<std::uint64_t>(behind));
    return Place::reordered;
  }

  void move_to(std::int64_t number) {
    highest_ = number;
    arrived_.insert(number);
    ++unique;
    decide_until(number - kMisorder);
  }

  void decide_until(std::int64_t last) {
    while (decided_ < last) {
      ++decided_;
      if (has(decided_)) continue;
      ++lost;
      runs += has(decided_ - 1);
    }
  }

  // The packet that announced it and this one are both of the new sequence.
  void restart(std::uint16_t sequence) {
    decide_until(highest_);
    expected_before_ = expected() + 1;
    unique += 2;
    arrived_.clear();
    highest_ = (highest_ / 65536 + 1) * 65536 + sequence;
    floor_ = decided_ = highest_;
    ++restarts;
    awaited_ = -1;
  }

  std::int64_t highest_, floor_, decided_;
  std::uint64_t expected_before_ = 0;  // of the sequences before this one
  std::int32_t awaited_ = -1;
  std::unordered_set<std::int64_t> arrived_;
};

// Arrivals in nanoseconds; the first packet only begins.
class JitterModel {
 public:
  JitterModel(double clock, std::uint64_t arrival_ns, std::uint32_t timestamp)
      : clock_(clock), arrival_ns_(arrival_ns), timestamp_(timestamp) {}

  void take(std::uint64_t arrival_ns, std::uint32_t timestamp) {
    const double spacing = static_cast<double>(static_cast<std::int64_t>(arrival_ns - arrival_ns_));
    const double sent = static_cast<std::int32_t>(timestamp - timestamp_) * 1e9 / clock_;
    jitter_ns += (std::fabs(spacing - sent) - jitter_ns) / 16;
    skip(arrival_ns, timestamp);
  }
  // A packet that tells nothing of the jitter.
  void skip(std::uint64_t arrival_ns, std::uint32_t timestamp) {
    arrival_ns_ = arrival_ns;
    timestamp_ = timestamp;
  }

  double jitter_ns = 0;
  double in_timestamp_units() const { return jitter_ns * clock_ / 1e9; }

 private:
  double clock_;
  std::uint64_t arrival_ns_;
  std::uint32_t timestamp_;
};

}  // namespace sipsonde::testing
