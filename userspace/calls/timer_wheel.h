// SPDX-License-Identifier: Apache-2.0
// Timers on event time: a hierarchical wheel of seven levels with 64 slots each, so that any time a
// 64-bit nanosecond can say fits, and scheduling, cancelling and skipping idle time cost the same whether
// there are ten timers or a million. Due times are exact; the ticks only sort timers into slots.
#pragma once

#include <array>
#include <cstdint>

namespace sipsonde {

// Lives in what it is a timer of; must be cancelled before that goes.
struct Timer {
  Timer* previous = nullptr;
  Timer* next = nullptr;
  std::uint64_t due_ns = 0;
  std::uint32_t owner = 0;  // for the one who takes it: whose timer, and of which kind
  std::uint8_t kind = 0;
  std::uint8_t level = 0;
  std::uint8_t slot = 0;
  bool armed = false;
};

class TimerWheel {
 public:
  // A timer that is armed already moves. A time that has passed is due at once.
  void schedule(Timer& timer, std::uint64_t due_ns);
  void cancel(Timer& timer);

  // The next timer with due_ns <= now_ns, disarmed, in order of due time, then of scheduling; nullptr when
  // there is none. `now_ns` may step back: then nothing new is due.
  Timer* take_due(std::uint64_t now_ns);

 private:
  static constexpr int kTickShift = 23;  // 8.4 ms
  static constexpr int kLevels = 7;      // 7 * 6 bits + 23 bits: all of a 64-bit time
  static constexpr int kSlotBits = 6;
  static constexpr std::uint8_t kDueLevel = kLevels;

  struct List {
    Timer* first = nullptr;
    Timer* last = nullptr;
  };

  void place(Timer& timer);
  void place_due(Timer& timer);
  void unlink(Timer& timer);
  bool step(std::uint64_t target_tick);
  List& list_of(const Timer& timer);

  std::uint64_t tick_ = 0;
  List due_;  // timers of this tick and of times that had passed, sorted
  std::array<std::array<List, 1 << kSlotBits>, kLevels> slots_{};
  std::array<std::uint64_t, kLevels> occupied_{};  // one bit a slot
};

}  // namespace sipsonde
