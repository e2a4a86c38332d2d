// SPDX-License-Identifier: Apache-2.0
// Counts what a test allocates, and what of it is still there: included by exactly one source of a test, it
// replaces every form of operator new and delete there, so that a sanitizer finds each pair made by the same
// hands.
#pragma once

#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace sipsonde::test {

inline std::atomic<std::size_t> allocations{0};
inline std::atomic<std::int64_t> live_bytes{0};

inline void* counted_memory(void* memory) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  live_bytes.fetch_add(static_cast<std::int64_t>(malloc_usable_size(memory)), std::memory_order_relaxed);
  return memory;
}
inline void* counted(std::size_t size) noexcept {
  return counted_memory(std::malloc(size ? size : 1));
}
inline void* counted(std::size_t size, std::align_val_t alignment) noexcept {
  const auto to = static_cast<std::size_t>(alignment);
  return counted_memory(std::aligned_alloc(to, (size + to - 1) / to * to));
}
inline void give_back(void* memory) noexcept {
  live_bytes.fetch_sub(static_cast<std::int64_t>(malloc_usable_size(memory)), std::memory_order_relaxed);
  std::free(memory);
}
inline void* or_throw(void* memory) {
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace sipsonde::test

// NOLINTBEGIN
void* operator new(std::size_t size) {
  return sipsonde::test::or_throw(sipsonde::test::counted(size));
}
void* operator new[](std::size_t size) {
  return sipsonde::test::or_throw(sipsonde::test::counted(size));
}
void* operator new(std::size_t size, std::align_val_t to) {
  return sipsonde::test::or_throw(sipsonde::test::counted(size, to));
}
void* operator new[](std::size_t size, std::align_val_t to) {
  return sipsonde::test::or_throw(sipsonde::test::counted(size, to));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return sipsonde::test::counted(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return sipsonde::test::counted(size);
}
void* operator new(std::size_t size, std::align_val_t to, const std::nothrow_t&) noexcept {
  return sipsonde::test::counted(size, to);
}
void* operator new[](std::size_t size, std::align_val_t to, const std::nothrow_t&) noexcept {
  return sipsonde::test::counted(size, to);
}
void operator delete(void* memory) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete[](void* memory) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  sipsonde::test::give_back(memory);
}
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  sipsonde::test::give_back(memory);
}
// NOLINTEND
