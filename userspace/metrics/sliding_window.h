// SPDX-License-Identifier: Apache-2.0
// Sums over the last stretch of event time, kept in slots: several threads add, one reads, nobody waits. A
// slot is never emptied. Each cell of it carries the time that it belongs to, and whoever adds for another
// time puts its amount in the place of the old one, so that time that passes costs nothing and there is no
// moment at which an addition could get lost.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sipsonde {

// Slots are numbered from the unix epoch; with a slot a second, every time that 64 bits of nanoseconds can
// say has a number below kSlotLimit. The window is the slot of now and the `kWindow` before it.
template <std::size_t kCells, std::uint64_t kWindow>
class SlidingWindow {
 public:
  using Sums = std::array<std::uint64_t, kCells>;

  static constexpr std::uint64_t kSlotLimit = UINT64_MAX / 1'000'000'000 + 1;
  static constexpr std::uint64_t kCellLimit = (std::uint64_t{1} << 38) - 1;  // where a cell stays

  // From any thread. What is older than the window is left out; nothing ends later than now, so a later slot
  // is now's (the clock was set back).
  void add(std::uint64_t slot, std::uint64_t now_slot, std::size_t cell, std::uint64_t amount = 1) {
    slot = std::min(slot, now_slot);
    if (slot + kWindow < now_slot) return;
    std::atomic<std::uint64_t>& word = slots_[slot % kSlots][cell];
    std::uint64_t before = word.load(std::memory_order_relaxed);
    std::uint64_t after = 0;
    do {
      const std::uint64_t held = turn_of(before) == slot / kSlots ? amount_of(before) : 0;
      after = slot / kSlots << kAmountBits | std::min(held + std::min(amount, kCellLimit), kCellLimit);
    } while (
        !word.compare_exchange_weak(before, after, std::memory_order_release, std::memory_order_relaxed));
  }

  // Cells of a slot are read in their order: one that is added to before a lower one is never behind it.
  Sums sums(std::uint64_t now_slot) const {
    Sums sums{};
    const std::uint64_t first = now_slot - std::min(now_slot, kWindow);
    for (std::uint64_t slot = first; slot <= now_slot; ++slot)
      for (std::size_t cell = 0; cell < kCells; ++cell) {
        const std::uint64_t word = slots_[slot % kSlots][cell].load(std::memory_order_acquire);
        if (turn_of(word) == slot / kSlots) sums[cell] += amount_of(word);
      }
    return sums;
  }

 private:
  static constexpr std::uint64_t kSlots = 512;  // the ring; a cell's word says which turn of it is meant
  static constexpr unsigned kAmountBits = 38;
  static_assert(kWindow < kSlots, "a slot of the window is never taken by another one of it");
  static_assert(kSlotLimit / kSlots < std::uint64_t{1} << (64 - kAmountBits), "every turn fits its bits");

  static std::uint64_t turn_of(std::uint64_t word) { return word >> kAmountBits; }
  static std::uint64_t amount_of(std::uint64_t word) { return word & kCellLimit; }

  std::array<std::array<std::atomic<std::uint64_t>, kCells>, kSlots> slots_{};
};

}  // namespace sipsonde
