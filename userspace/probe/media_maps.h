// SPDX-License-Identifier: Apache-2.0
// What the kernel half shares with the agent about media: the table of streams and that of rtpengine's
// instances, mapped, and the map of endpoints.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "base/result.h"
#include "media/kernel_media.h"
#include "probe/mapping.h"

namespace sipsonde {

class MediaMaps : public KernelMedia {
 public:
  // The descriptors stay the caller's and must outlive it.
  static Result<std::unique_ptr<MediaMaps>> open(int streams, std::uint32_t slots, int endpoints,
                                                 int engines);

  bool announce(const sipsonde_endpoint_key& key, const sipsonde_endpoint& value) override;
  void withdraw(const sipsonde_endpoint_key& key, std::uint32_t call_hash) override;
  void read(std::uint32_t slot, sipsonde_stream& stream) const override;
  void ask_again(std::uint32_t slot, std::uint64_t key) override;
  void set_clock(std::uint32_t slot, std::uint64_t key, sipsonde_clock clock) override;

  // Instances of rtpengine whose last ping was answered within ten seconds.
  std::uint64_t engines_up(std::uint64_t now_ns) const;

  // Believed streams of which a packet came in the last ten seconds before `now_ns`, in the kernel's time.
  // Walks the whole table.
  std::uint64_t active(std::uint64_t now_ns) const;

 private:
  MediaMaps(Mapping<sipsonde_stream> streams, int endpoints, Mapping<sipsonde_media_engine> engines)
      : streams_(std::move(streams)), endpoints_(endpoints), engines_(std::move(engines)) {}

  Mapping<sipsonde_stream> streams_;
  int endpoints_;
  Mapping<sipsonde_media_engine> engines_;
};

}  // namespace sipsonde
