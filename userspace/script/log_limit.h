// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace sipsonde {

// So many lines in so much event time, that a message from outside can not fill the log.
class LogLimit {
 public:
  // nullopt: say nothing; else say it, and how many were not said since the last that was.
  std::optional<std::uint64_t> take(std::uint64_t now_ns) {
    if (now_ns < began_ns_ || now_ns - began_ns_ >= kWindowNs) {
      began_ns_ = now_ns;
      said_ = 0;
    }
    if (said_ == kLinesAWindow) {
      ++unsaid_;
      return std::nullopt;
    }
    ++said_;
    const std::uint64_t unsaid = unsaid_;
    unsaid_ = 0;
    return unsaid;
  }

 private:
  static constexpr std::uint64_t kWindowNs = 10'000'000'000;
  static constexpr unsigned kLinesAWindow = 5;

  std::uint64_t began_ns_ = 0;
  unsigned said_ = 0;
  std::uint64_t unsaid_ = 0;
};

}  // namespace sipsonde
