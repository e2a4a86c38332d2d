// SPDX-License-Identifier: Apache-2.0
// The newest table of pods, from the thread that asks for it to the workers, who read it without a lock as
// long as it is the same.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "kubernetes/pod_table.h"

namespace sipsonde {

class PodDirectory {
 public:
  // Replaces the table for everybody. From one thread.
  void publish(std::shared_ptr<const PodTable> table) {
    const std::lock_guard lock(mutex_);
    table_ = std::move(table);
    version_.fetch_add(1, std::memory_order_release);
  }
  std::shared_ptr<const PodTable> table() const {
    const std::lock_guard lock(mutex_);
    return table_;
  }
  // How often it was replaced.
  std::uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const PodTable> table_ = std::make_shared<const PodTable>();
  std::atomic<std::uint64_t> version_{0};
};

// One worker's look at it. The directory outlives it.
class PodView {
 public:
  explicit PodView(const PodDirectory& directory) : directory_(&directory) {}

  // Stays as it is until it is asked again. Locks only when there is a new one.
  const PodTable& table() {
    const std::uint64_t version = directory_->version();
    if (!table_ || version != seen_) {
      table_ = directory_->table();
      seen_ = version;
    }
    return *table_;
  }

 private:
  const PodDirectory* directory_;
  std::shared_ptr<const PodTable> table_;
  std::uint64_t seen_ = 0;
};

}  // namespace sipsonde
