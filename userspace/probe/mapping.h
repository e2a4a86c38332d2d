// SPDX-License-Identifier: Apache-2.0
// An array map of the kernel as memory of ours, for as long as this lives.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "base/result.h"

namespace sipsonde {

// `Value` as the map has it. What programs write may change while it is read.
template <typename Value>
class Mapping {
 public:
  static Result<Mapping> open(int map, std::uint32_t count) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    Mapping mapping;
    mapping.count_ = count;
    mapping.bytes_ = (count * sizeof(Value) + page - 1) / page * page;
    void* const mapped = mmap(nullptr, mapping.bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    if (mapped == MAP_FAILED) return Error{std::string("map a table of the kernel: ") + std::strerror(errno)};
    mapping.values_ = static_cast<Value*>(mapped);
    return mapping;
  }

  Mapping() = default;
  Mapping(Mapping&& other) noexcept { swap(other); }
  Mapping& operator=(Mapping&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Mapping() {
    if (values_) munmap(values_, bytes_);
  }

  // An index beyond the end wraps.
  Value& operator[](std::uint32_t index) { return values_[index % count_]; }
  const Value& operator[](std::uint32_t index) const { return values_[index % count_]; }
  std::uint32_t count() const { return count_; }

 private:
  void swap(Mapping& other) {
    std::swap(values_, other.values_);
    std::swap(bytes_, other.bytes_);
    std::swap(count_, other.count_);
  }

  Value* values_ = nullptr;
  std::size_t bytes_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace sipsonde
