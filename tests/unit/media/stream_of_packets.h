// SPDX-License-Identifier: Apache-2.0
// A stream as the kernel would have counted it, from the sequence numbers that arrived: the rules of
// include/sipsonde/state.h, written for being read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sipsonde/state.h"

namespace sipsonde {

class StreamOfPackets {
 public:
  explicit StreamOfPackets(std::uint32_t first, sipsonde_codec codec = SIPSONDE_CODEC_pcmu) {
    stream_.key = 1;
    stream_.first_ns = 1;
    stream_.ssrc = 0x5eed;
    stream_.codec = static_cast<std::uint8_t>(codec | SIPSONDE_CLOCK_8000 << SIPSONDE_STREAM_CODEC_BITS);
    stream_.base = stream_.highest = first;
    stream_.window[0] = stream_.window[1] = ~std::uint64_t{0};
    stream_.unmeasured = 1;
    stream_.bytes = kPacketBytes;
  }

  // `number`: an extended sequence number, in 32 bits that wrap.
  void arrives(std::uint32_t number) {
    const auto ahead = static_cast<std::int32_t>(number - stream_.highest);
    if (ahead > 0) {
      for (std::int32_t step = 0; step < ahead; ++step) advance();
      set(0);
    } else if (ahead > -SIPSONDE_STREAM_MISORDER) {
      const auto behind = static_cast<unsigned>(-ahead);
      if (has(behind)) {
        ++stream_.duplicates;
        return;
      }
      set(behind);
      ++stream_.reordered;
    } else {
      return;  // given up long ago
    }
    stream_.bytes += kPacketBytes;
  }

  sipsonde_stream& stream() { return stream_; }

  static constexpr std::uint64_t kPacketBytes = 172;

 private:
  bool has(unsigned behind) const { return stream_.window[behind / 64] >> behind % 64 & 1; }
  void set(unsigned behind) { stream_.window[behind / 64] |= std::uint64_t{1} << behind % 64; }

  void advance() {
    ++stream_.highest;
    stream_.window[1] = stream_.window[1] << 1 | stream_.window[0] >> 63;
    stream_.window[0] <<= 1;
    if (has(SIPSONDE_STREAM_MISORDER)) return;
    ++stream_.lost;
    if (has(SIPSONDE_STREAM_MISORDER + 1)) ++stream_.loss_runs;
  }

  sipsonde_stream stream_{};
};

// `pattern`: one character a packet, '.' arrived, 'x' did not.
inline StreamOfPackets stream_of(std::string_view pattern, std::uint32_t first = 1000) {
  StreamOfPackets packets(first);
  for (std::size_t i = 1; i < pattern.size(); ++i)
    if (pattern[i] == '.') packets.arrives(first + static_cast<std::uint32_t>(i));
  return packets;
}

inline std::string dots(std::size_t count) {
  return std::string(count, '.');
}

}  // namespace sipsonde
