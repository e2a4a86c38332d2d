// SPDX-License-Identifier: Apache-2.0
// The kernel's table of streams, mapped, and its map of endpoints.
#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "media/kernel_media.h"

namespace sipsonde {

class MediaMaps : public KernelMedia {
 public:
  // The descriptors stay the caller's and must outlive it.
  static Result<std::unique_ptr<MediaMaps>> open(int streams, std::uint32_t slots, int endpoints);
  ~MediaMaps() override;

  MediaMaps(const MediaMaps&) = delete;
  MediaMaps& operator=(const MediaMaps&) = delete;

  bool announce(const sipsonde_endpoint_key& key, const sipsonde_endpoint& value) override;
  void withdraw(const sipsonde_endpoint_key& key, std::uint32_t call_hash) override;
  void read(std::uint32_t slot, sipsonde_stream& stream) const override;
  void ask_again(std::uint32_t slot, std::uint64_t key) override;
  void set_clock(std::uint32_t slot, std::uint64_t key, sipsonde_clock clock) override;

  // Believed streams of which a packet came in the last ten seconds before `now_ns`, in the kernel's time.
  // Walks the whole table.
  std::uint64_t active(std::uint64_t now_ns) const;

 private:
  MediaMaps(sipsonde_stream* streams, std::size_t bytes, std::uint32_t slots, int endpoints)
      : streams_(streams), bytes_(bytes), slots_(slots), endpoints_(endpoints) {}

  sipsonde_stream* streams_;
  std::size_t bytes_;
  std::uint32_t slots_;
  int endpoints_;
};

}  // namespace sipsonde
