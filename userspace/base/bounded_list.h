// SPDX-License-Identifier: Apache-2.0
// A few values in place, at most kMax of them: no allocation, and room that no value has come to is never
// written, so that a large list costs nothing while it is empty.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>

namespace sipsonde {

template <typename T, std::size_t kMax>
class BoundedList {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  BoundedList() = default;
  BoundedList(const BoundedList& other) { append(other); }
  BoundedList& operator=(const BoundedList& other) {
    if (this == &other) return *this;
    clear();
    append(other);
    return *this;
  }

  // A new last value with what its own initializers say, to be filled in; nullptr when the list is full.
  T* add() { return size_ == kMax ? nullptr : ::new (place(size_++)) T; }

  // False when the list is full.
  bool add(const T& value) {
    if (size_ == kMax) return false;
    ::new (place(size_++)) T(value);
    return true;
  }

  void clear() { size_ = 0; }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  static constexpr std::size_t capacity() { return kMax; }

  // REQUIRES: index < size().
  T& operator[](std::size_t index) { return begin()[index]; }
  const T& operator[](std::size_t index) const { return begin()[index]; }

  T* begin() { return std::launder(reinterpret_cast<T*>(room_)); }
  T* end() { return begin() + size_; }
  const T* begin() const { return std::launder(reinterpret_cast<const T*>(room_)); }
  const T* end() const { return begin() + size_; }

 private:
  void* place(std::size_t index) { return room_ + index * sizeof(T); }
  void append(const BoundedList& other) {
    for (const T& value : other) add(value);
  }

  alignas(T) std::byte room_[sizeof(T) * kMax];
  std::size_t size_ = 0;
};

}  // namespace sipsonde
