// SPDX-License-Identifier: Apache-2.0
// Room for texts and small values that all go at once. What is kept stays where it is until clear(); the
// room itself stays too, so that an arena that is used again allocates nothing. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sipsonde {

class Arena {
 public:
  // Room is made in chunks of `chunk_bytes`, larger only for a text that is larger; clear() leaves the first
  // `kept_chunks` of them, so that one large use does not hold its memory for good.
  Arena(std::size_t chunk_bytes = 512, std::size_t kept_chunks = 4)
      : chunk_bytes_(chunk_bytes), kept_chunks_(kept_chunks) {}

  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    char* const place = take(text.size(), 1);
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }

  // `count` values, not initialised.
  template <typename T>
  std::span<T> keep_array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    return {reinterpret_cast<T*>(take(count * sizeof(T), alignof(T))), count};
  }

  // Nothing that was kept is there any more.
  void clear() {
    if (chunks_.size() > kept_chunks_) chunks_.resize(kept_chunks_);
    std::erase_if(chunks_, [this](const Chunk& chunk) { return chunk.size > chunk_bytes_; });
    at_ = used_ = 0;
  }

 private:
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };

  char* take(std::size_t size, std::size_t alignment) {
    while (at_ < chunks_.size()) {
      const std::size_t begin = (used_ + alignment - 1) / alignment * alignment;
      if (begin + size <= chunks_[at_].size) {
        used_ = begin + size;
        return chunks_[at_].bytes.get() + begin;
      }
      ++at_;
      used_ = 0;
    }
    const std::size_t length = std::max(size, chunk_bytes_);
    chunks_.push_back({std::make_unique_for_overwrite<char[]>(length), length});
    used_ = size;
    return chunks_.back().bytes.get();
  }

  std::size_t chunk_bytes_;
  std::size_t kept_chunks_;
  std::vector<Chunk> chunks_;
  std::size_t at_ = 0;    // the chunk in use
  std::size_t used_ = 0;  // of it
};

}  // namespace sipsonde
