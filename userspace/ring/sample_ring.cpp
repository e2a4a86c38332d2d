// SPDX-License-Identifier: Apache-2.0
#include "ring/sample_ring.h"

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstring>

namespace sipsonde {

std::optional<Sample> decode_sample(std::string_view bytes) {
  Sample sample;
  if (bytes.size() < sizeof sample.head) return std::nullopt;
  std::memcpy(&sample.head, bytes.data(), sizeof sample.head);
  sample.payload = bytes.substr(sizeof sample.head);
  if (sample.payload.size() < sample.head.payload_len) return std::nullopt;
  sample.payload = sample.payload.substr(0, sample.head.payload_len);
  return sample;
}

void SampleRing::FreeRing::operator()(ring_buffer* ring) const noexcept {
  ring_buffer__free(ring);
}

Result<std::unique_ptr<SampleRing>> SampleRing::open(int ring_fd, Handler handler) {
  std::unique_ptr<SampleRing> ring(new SampleRing(std::move(handler)));
  ring->ring_.reset(ring_buffer__new(ring_fd, on_sample, ring.get(), nullptr));
  if (!ring->ring_) return Error{std::string("open a ring: ") + std::strerror(errno)};
  return ring;
}

std::size_t SampleRing::drain(std::uint64_t until_ns) {
  until_ns_ = until_ns;
  handled_ = 0;
  ring_buffer__consume(ring_.get());
  return handled_;
}

// A negative result ends the drain behind this sample.
int SampleRing::on_sample(void* self, void* bytes, std::size_t size) {
  auto* ring = static_cast<SampleRing*>(self);
  ++ring->handled_;
  const auto sample = decode_sample({static_cast<const char*>(bytes), size});
  if (!sample) {
    ++ring->broken_;
    return 0;
  }
  ring->handler_(*sample);
  return sample->head.time_ns > ring->until_ns_ ? -ECANCELED : 0;
}

}  // namespace sipsonde
