// SPDX-License-Identifier: Apache-2.0
// Lua's patterns (Lua 5.1 reference manual, section 5.4.1), matched within a budget of steps. The matcher
// that comes with Lua can not be stopped, and a pattern with several repetitions takes time by a power of the
// length of the text, which here is whatever a sender put into a header.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipsonde {

class PatternMatch {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Capture {
    std::size_t begin = 0;
    std::size_t length = 0;  // kOpen, kPosition: no text
  };
  static constexpr std::size_t kOpen = kNone;
  static constexpr std::size_t kPosition = kNone - 1;

  // `pattern` without the `^` in front; both outlive this. Each look at a byte takes one of `steps`.
  PatternMatch(std::string_view subject, std::string_view pattern, std::int64_t steps)
      : subject_(subject), pattern_(pattern), steps_(steps) {}

  // The end of the match that begins at `begin`; kNone when there is none or failure() says why not.
  std::size_t match_at(std::size_t begin);

  // Of the last match_at() that matched.
  std::size_t capture_count() const { return count_; }
  const Capture& capture(std::size_t index) const { return captures_[index]; }

  // nullptr, or what is wrong with the pattern.
  const char* failure() const { return failure_; }
  bool out_of_steps() const { return steps_ < 0; }
  std::int64_t steps_left() const { return steps_; }

 private:
  static constexpr std::size_t kCaptures = 32;
  static constexpr int kDepth = 200;

  std::size_t run(std::size_t s, std::size_t p);
  std::size_t step(std::size_t s, std::size_t p);
  std::size_t open(std::size_t s, std::size_t p);
  std::size_t close(std::size_t s, std::size_t p);
  std::size_t balanced(std::size_t s, std::size_t p);
  std::size_t again(std::size_t s, char digit);
  std::size_t longest(std::size_t s, std::size_t p, std::size_t item_end);
  std::size_t shortest(std::size_t s, std::size_t p, std::size_t item_end);
  bool at_frontier(std::size_t s, std::size_t set, std::size_t set_end) const;
  std::size_t item_end(std::size_t p);
  bool is_one(std::size_t s, std::size_t p, std::size_t item_end) const;
  bool in_set(unsigned char c, std::size_t p, std::size_t last) const;
  bool spend() { return --steps_ >= 0; }
  std::size_t fail(const char* why);

  std::string_view subject_;
  std::string_view pattern_;
  std::int64_t steps_;
  std::array<Capture, kCaptures> captures_{};
  std::size_t count_ = 0;
  int depth_ = 0;
  const char* failure_ = nullptr;
};

}  // namespace sipsonde
