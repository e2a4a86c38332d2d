// SPDX-License-Identifier: Apache-2.0
// Objects that come and go without an allocation: chunks that are kept, addresses that stay, and handles
// that notice when their object has become another one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sipsonde {

inline constexpr std::uint32_t kNone = UINT32_MAX;

struct Handle {
  std::uint32_t index = kNone;
  std::uint32_t generation = 0;
};

// Base of what lives in a Pool and is held in one AgeList at a time.
struct Pooled {
  Handle self;
  bool in_use = false;
  Pooled* older = nullptr;
  Pooled* newer = nullptr;
};

// T derives from Pooled and is default constructible; an object is as new when it is taken. One that has room
// to keep (an arena, a string) has a renew() that makes it so.
template <typename T>
class Pool {
 public:
  T& take() {
    if (free_.empty()) grow();
    T& object = at(free_.back());
    free_.pop_back();
    const Handle before = object.self;
    if constexpr (requires { object.renew(); })
      object.renew();
    else
      object = T{};
    object.self = {before.index, before.generation + 1};
    object.in_use = true;
    ++size_;
    return object;
  }

  // The object keeps its contents until it is taken again.
  void give(T& object) {
    object.in_use = false;
    free_.push_back(object.self.index);
    --size_;
  }

  // nullptr when the object the handle was made for is gone.
  T* find(Handle handle) {
    if (handle.index == kNone) return nullptr;
    T& object = at(handle.index);
    return object.in_use && object.self.generation == handle.generation ? &object : nullptr;
  }

  const T* find(Handle handle) const { return const_cast<Pool*>(this)->find(handle); }

  // Of an object known to be in use.
  T& at(std::uint32_t index) { return chunks_[index / kChunk][index % kChunk]; }

  std::size_t size() const { return size_; }
  // Indices are below this; not each is in use.
  std::uint32_t slots() const { return static_cast<std::uint32_t>(chunks_.size()) * kChunk; }

 private:
  static constexpr std::uint32_t kChunk = 64;

  void grow() {
    const auto first = static_cast<std::uint32_t>(chunks_.size()) * kChunk;
    chunks_.push_back(std::make_unique<T[]>(kChunk));
    free_.reserve(first + kChunk);
    for (std::uint32_t i = kChunk; i-- > 0;) {
      at(first + i).self = {first + i, 0};
      free_.push_back(first + i);
    }
  }

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::vector<std::uint32_t> free_;
  std::size_t size_ = 0;
};

// Objects in the order in which they were added: which one is the oldest, and all of them in a fixed order.
template <typename T>
class AgeList {
 public:
  void add(T& object) {
    object.older = newest_;
    object.newer = nullptr;
    (newest_ ? newest_->newer : oldest_) = &object;
    newest_ = &object;
  }

  void remove(T& object) {
    (object.older ? object.older->newer : oldest_) = object.newer;
    (object.newer ? object.newer->older : newest_) = object.older;
    object.older = object.newer = nullptr;
  }

  T* oldest() const { return static_cast<T*>(oldest_); }

  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (Pooled* object = oldest_; object; object = object->newer) visit(static_cast<T&>(*object));
  }

 private:
  Pooled* oldest_ = nullptr;
  Pooled* newest_ = nullptr;
};

}  // namespace sipsonde
