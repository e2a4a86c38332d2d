// SPDX-License-Identifier: Apache-2.0
// One worker's ring, read by polling: the kernel never wakes us, which would cost it more than the sample.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "sipsonde/event.h"

struct ring_buffer;

namespace sipsonde {

// The payload points into the ring: what must outlive the call is copied.
struct Sample {
  sipsonde_event head;
  std::string_view payload;
};

// Bytes of the ring as a sample; nothing when they are shorter than they say.
std::optional<Sample> decode_sample(std::string_view bytes);

class SampleRing {
 public:
  using Handler = std::function<void(const Sample&)>;

  static Result<std::unique_ptr<SampleRing>> open(int ring_fd, Handler handler);

  // Handles what is there, up to the first sample later than `until_ns`, which is handled too: however quickly
  // more comes, that ends. Returns the number of samples.
  std::size_t drain(std::uint64_t until_ns = UINT64_MAX);

  // Samples that could not be read; 0 unless agent and programs are of different builds.
  std::uint64_t broken() const { return broken_; }

 private:
  struct FreeRing {
    void operator()(ring_buffer* ring) const noexcept;
  };
  explicit SampleRing(Handler handler) : handler_(std::move(handler)) {}
  static int on_sample(void* self, void* bytes, std::size_t size);

  Handler handler_;
  std::uint64_t broken_ = 0;
  std::uint64_t until_ns_ = UINT64_MAX;
  std::size_t handled_ = 0;
  std::unique_ptr<ring_buffer, FreeRing> ring_;
};

}  // namespace sipsonde
