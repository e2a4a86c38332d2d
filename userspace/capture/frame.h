// SPDX-License-Identifier: Apache-2.0
// One frame of a capture, as the file holds it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sipsonde {

using FrameBytes = std::span<const std::uint8_t>;

struct Frame {
  std::uint64_t time_ns = 0;          // unix; 0 when the file does not say
  FrameBytes bytes;                   // valid until the reader's next call
  std::uint32_t original_length = 0;  // on the wire; never less than bytes.size()
  std::uint16_t link_type = 0;        // LINKTYPE_ value, see link_layer.h
  std::uint32_t interface = 0;        // number of the capturing interface in its section of a pcapng file
  std::string_view interface_name{};  // as that file names it, empty: not at all; valid as the bytes are

  // By the snap length of the capture, or by kMaxFrameBytes.
  bool cut() const { return bytes.size() < original_length; }
};

// What a reader keeps of one frame: the snap length that tcpdump and Wireshark use for "everything".
inline constexpr std::uint32_t kMaxFrameBytes = 256 * 1024;

// A record that claims more than this is no large frame but a damaged file.
inline constexpr std::uint32_t kMaxRecordBytes = 16 * 1024 * 1024;

}  // namespace sipsonde
