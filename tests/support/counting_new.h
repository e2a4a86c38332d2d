// SPDX-License-Identifier: Apache-2.0
// Counts what a test allocates: included by exactly one source of a test, it replaces every form of operator
// new and delete there, so that a sanitizer finds each pair made by the same hands.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace sipsonde::test {

inline std::atomic<std::size_t> allocations{0};

inline void* counted(std::size_t size) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size ? size : 1);
}
inline void* counted(std::size_t size, std::align_val_t alignment) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const auto to = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(to, (size + to - 1) / to * to);
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
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  std::free(memory);
}
// NOLINTEND
