// SPDX-License-Identifier: Apache-2.0
// The classic capture format (draft-ietf-opsawg-pcap): a header of 24 bytes, then records.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "capture/byte_order.h"
#include "capture/frame_source.h"

namespace sipsonde {

class PcapFile : public FrameSource {
 public:
  // Is this the magic number of a pcap file, a variant that is refused included?
  static bool is_magic(std::span<const std::uint8_t, 4> magic);

  // `magic` has been read from `stream` already.
  static Result<std::unique_ptr<FrameSource>> open(std::span<const std::uint8_t, 4> magic,
                                                   ByteStream& stream);

  PcapFile(NumberReader numbers, std::uint32_t ns_per_tick, std::uint16_t link_type)
      : numbers_(numbers), ns_per_tick_(ns_per_tick), link_type_(link_type) {}

  Result<std::optional<Frame>> next(ByteStream& stream, bool& cut) override;

 private:
  NumberReader numbers_;
  std::uint32_t ns_per_tick_;
  std::uint16_t link_type_;
  std::vector<std::uint8_t> frame_;
};

}  // namespace sipsonde
