// SPDX-License-Identifier: Apache-2.0
// Calls for measuring: seven well-formed messages each, of the size that carriers send, rendered by putting a
// number into a text that is ready. Many calls go on at once; a round is what passes on the wire together.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde::bench {

enum class Step : std::uint8_t { invite, trying, ringing, answer, ack, bye, bye_answer };
inline constexpr std::size_t kStepCount = 7;

// Who sends it: the caller or the callee.
constexpr bool from_caller(Step step) {
  return step == Step::invite || step == Step::ack || step == Step::bye;
}

// One message with places for the number of its call.
class MessageTemplate {
 public:
  // Every '#' of `text` begins a place of kDigits digits.
  explicit MessageTemplate(std::string_view text);

  std::size_t size() const { return text_.size(); }
  // Appends the message of that call.
  void append(std::string& out, std::uint64_t call) const;

 private:
  static constexpr std::size_t kDigits = 9;
  std::string text_;
  std::vector<std::size_t> places_;
};

// The messages of calls from `caller` to `callee`, each "address:port". Call-IDs, tags and branches differ
// from call to call, and between two objects of another `series`.
class CallMessages {
 public:
  CallMessages(std::string_view caller, std::string_view callee, std::uint32_t series);

  const MessageTemplate& of(Step step) const { return templates_[static_cast<std::size_t>(step)]; }

 private:
  std::vector<MessageTemplate> templates_;
};

// Which messages pass together. In every round a group of kGroup calls begins, and older groups go on: a call
// is answered after a fifth of the time it lasts, and every answer is at least a round behind its request.
class CallSchedule {
 public:
  static constexpr std::uint64_t kGroup = 16;

  // So many calls go on at once once that many have begun; no more than `calls` begin.
  CallSchedule(std::uint64_t concurrent, std::uint64_t calls);

  // Calls `send(step, call)` for every message of the next round. False when all calls are over.
  template <typename Send>
  bool next_round(Send&& send) {
    if (round_ >= groups_ + delay_.back()) return false;
    for (std::size_t step = 0; step < kStepCount; ++step) {
      if (round_ < delay_[step] || round_ - delay_[step] >= groups_) continue;
      const std::uint64_t first = (round_ - delay_[step]) * kGroup;
      for (std::uint64_t call = first; call < first + kGroup; ++call) send(static_cast<Step>(step), call);
    }
    ++round_;
    return true;
  }

  // Rounds until as many calls go on as ever will.
  std::uint64_t rounds_to_fill() const { return delay_.back(); }
  std::uint64_t messages() const { return groups_ * kGroup * kStepCount; }

 private:
  std::uint64_t groups_;
  std::array<std::uint64_t, kStepCount> delay_;  // in rounds, from the INVITE
  std::uint64_t round_ = 0;
};

}  // namespace sipsonde::bench
