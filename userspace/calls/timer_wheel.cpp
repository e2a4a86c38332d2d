// SPDX-License-Identifier: Apache-2.0
#include "calls/timer_wheel.h"

#include <bit>

namespace sipsonde {

void TimerWheel::schedule(Timer& timer, std::uint64_t due_ns) {
  cancel(timer);
  timer.due_ns = due_ns;
  timer.armed = true;
  place(timer);
}

void TimerWheel::cancel(Timer& timer) {
  if (!timer.armed) return;
  unlink(timer);
  timer.armed = false;
}

Timer* TimerWheel::take_due(std::uint64_t now_ns) {
  for (;;) {
    if (Timer* const first = due_.first) {
      if (first->due_ns > now_ns) return nullptr;
      cancel(*first);
      return first;
    }
    if (!step(now_ns >> kTickShift)) return nullptr;
  }
}

// Goes on to the next tick that has something to do, at most to `target_tick`. The lowest level with an
// occupied slot holds the earliest timers: a level's slots all lie before the next slot of the level above.
bool TimerWheel::step(std::uint64_t target_tick) {
  if (target_tick <= tick_) return false;
  for (int level = 0; level < kLevels; ++level) {
    const auto at = static_cast<std::size_t>(level);
    if (occupied_[at] == 0) continue;
    const int shift = level * kSlotBits;
    const auto slot = static_cast<std::uint64_t>(std::countr_zero(occupied_[at]));
    const std::uint64_t start = (((tick_ >> shift >> kSlotBits) << kSlotBits) | slot) << shift;
    if (start > target_tick) break;
    tick_ = start;
    List list = slots_[at][slot];
    slots_[at][slot] = {};
    occupied_[at] &= ~(std::uint64_t{1} << slot);
    while (Timer* const timer = list.first) {
      list.first = timer->next;
      place(*timer);
    }
    return true;
  }
  tick_ = target_tick;
  return false;
}

// The level is the highest group of six bits in which the timer's tick differs from now.
void TimerWheel::place(Timer& timer) {
  const std::uint64_t tick = timer.due_ns >> kTickShift;
  if (tick <= tick_) {
    place_due(timer);
    return;
  }
  const int level = (static_cast<int>(std::bit_width(tick ^ tick_)) - 1) / kSlotBits;
  timer.level = static_cast<std::uint8_t>(level);
  timer.slot = static_cast<std::uint8_t>((tick >> (level * kSlotBits)) & ((1u << kSlotBits) - 1));
  List& list = slots_[timer.level][timer.slot];
  timer.previous = list.last;
  timer.next = nullptr;
  (list.last ? list.last->next : list.first) = &timer;
  list.last = &timer;
  occupied_[timer.level] |= std::uint64_t{1} << timer.slot;
}

// From the back: timers come nearly sorted, most delays being the same.
void TimerWheel::place_due(Timer& timer) {
  timer.level = kDueLevel;
  Timer* before = due_.last;
  while (before && before->due_ns > timer.due_ns) before = before->previous;
  Timer* const after = before ? before->next : due_.first;
  timer.previous = before;
  timer.next = after;
  (before ? before->next : due_.first) = &timer;
  (after ? after->previous : due_.last) = &timer;
}

void TimerWheel::unlink(Timer& timer) {
  List& list = list_of(timer);
  (timer.previous ? timer.previous->next : list.first) = timer.next;
  (timer.next ? timer.next->previous : list.last) = timer.previous;
  if (!list.first && timer.level != kDueLevel) occupied_[timer.level] &= ~(std::uint64_t{1} << timer.slot);
  timer.previous = timer.next = nullptr;
}

TimerWheel::List& TimerWheel::list_of(const Timer& timer) {
  return timer.level == kDueLevel ? due_ : slots_[timer.level][timer.slot];
}

}  // namespace sipsonde
