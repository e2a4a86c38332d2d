// SPDX-License-Identifier: Apache-2.0
// The pcapng format (draft-ietf-opsawg-pcapng): sections of blocks, each section in its own byte order and
// with interfaces of its own. Enhanced, simple and the obsolete packet blocks give frames; blocks of other
// types are stepped over.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/byte_order.h"
#include "capture/frame_source.h"
#include "capture/time_unit.h"

namespace sipsonde {

class PcapngFile : public FrameSource {
 public:
  static bool is_magic(std::span<const std::uint8_t, 4> magic);

  // The magic number has been read from `stream` already.
  static Result<std::unique_ptr<FrameSource>> open(ByteStream& stream);

  // A simple packet block has no time: it gets that of the frame before.
  Result<std::optional<Frame>> next(ByteStream& stream, bool& cut) override;

 private:
  struct Interface {
    std::uint16_t link_type = 0;
    std::uint32_t snap_length = 0;  // 0: no bound
    TimeUnit time;
    std::string name;
  };
  // Where the fields of a packet block stand and what they say.
  struct PacketFields {
    std::size_t head_bytes = 0;  // before the packet's own bytes
    std::uint32_t interface = 0;
    std::uint32_t captured = 0;
    std::uint32_t original = 0;
    std::optional<std::uint64_t> ticks;
  };

  // Both return false when the file ended before the block did.
  Result<bool> take_section(ByteStream& stream);
  Result<bool> take_block(ByteStream& stream, std::uint32_t type, std::uint32_t length);

  Result<Done> read_interface();
  void read_interface_options(Interface& interface) const;
  Result<std::optional<PacketFields>> read_packet_fields(std::uint32_t type) const;
  Result<Frame> make_frame(const PacketFields& packet);

  NumberReader numbers_;
  std::vector<Interface> interfaces_;
  std::vector<std::uint8_t> body_;  // of the block at hand, bounded
  std::uint32_t body_length_ = 0;   // as the file says
  std::uint64_t last_time_ns_ = 0;
};

}  // namespace sipsonde
