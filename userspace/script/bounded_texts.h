// SPDX-License-Identifier: Apache-2.0
// A set of texts that never holds more than its bound and never forgets: what becomes a label value or a name
// of a custom field. Any number of threads at once, without a lock; views stay valid as long as the set.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

class BoundedTexts {
 public:
  explicit BoundedTexts(std::size_t bound) : slots_(bound) {}
  BoundedTexts(const BoundedTexts&) = delete;
  BoundedTexts& operator=(const BoundedTexts&) = delete;
  ~BoundedTexts() {
    for (auto& slot : slots_) delete slot.load(std::memory_order_relaxed);
  }

  std::size_t bound() const { return slots_.size(); }

  // The place of this text, which is taken for it while there is one; bound() when there is none.
  std::size_t place_of(std::string_view text) {
    const std::size_t home = slots_.empty() ? 0 : std::hash<std::string_view>{}(text) % slots_.size();
    for (std::size_t step = 0; step < slots_.size(); ++step) {
      const std::size_t place = (home + step) % slots_.size();
      const std::string* there = slots_[place].load(std::memory_order_acquire);
      if (!there) there = take(place, text);
      if (*there == text) return place;
    }
    return bound();
  }

  // nullptr where no text is yet.
  const std::string* at(std::size_t place) const { return slots_[place].load(std::memory_order_acquire); }

 private:
  // What is there now: this text, or that of a thread that was faster.
  const std::string* take(std::size_t place, std::string_view text) {
    auto made = std::make_unique<const std::string>(text);
    const std::string* there = nullptr;
    if (slots_[place].compare_exchange_strong(there, made.get(), std::memory_order_acq_rel))
      return made.release();
    return there;
  }

  std::vector<std::atomic<const std::string*>> slots_;
};

}  // namespace sipsonde
