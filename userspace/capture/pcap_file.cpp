// SPDX-License-Identifier: Apache-2.0
#include "capture/pcap_file.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr std::size_t kHeaderAfterMagic = 20;
constexpr std::size_t kRecordHeaderBytes = 16;

struct Magic {
  std::uint32_t value;
  std::uint32_t ns_per_tick;
  const char* refused;  // names the variant; nullptr: we read it
};

// Variants that put other fields into the record header cannot be told from a damaged file later on, so
// they are named here and refused.
constexpr Magic kMagics[] = {
    {0xa1b2c3d4, 1000, nullptr},
    {0xa1b23c4d, 1, nullptr},
    {0xa1b2cd34, 0, "the modified pcap format of Kuznetzov's libpcap"},
    {0xa1b234cd, 0, "the modified pcap format of Mesquita's libpcap"},
    {0xa12b3c4d, 0, "Navtel's variant of the pcap format"},
};

struct FoundMagic {
  const Magic* magic = nullptr;
  std::endian order = std::endian::little;
};

FoundMagic find_magic(std::span<const std::uint8_t, 4> bytes) {
  for (const std::endian order : {std::endian::little, std::endian::big}) {
    const std::uint32_t value = NumberReader(order).u32(bytes, 0);
    for (const Magic& magic : kMagics)
      if (magic.value == value) return {&magic, order};
  }
  return {};
}

}  // namespace

bool PcapFile::is_magic(std::span<const std::uint8_t, 4> magic) {
  return find_magic(magic).magic != nullptr;
}

Result<std::unique_ptr<FrameSource>> PcapFile::open(std::span<const std::uint8_t, 4> magic,
                                                    ByteStream& stream) {
  const FoundMagic found = find_magic(magic);
  if (found.magic == nullptr) return Error{"no pcap magic number; is it a capture?"};
  if (found.magic->refused != nullptr)
    return Error{std::string(found.magic->refused) + " is not supported; convert it with `editcap -F pcap`"};

  std::array<std::uint8_t, kHeaderAfterMagic> header;
  const Result<std::size_t> got = stream.read(header);
  if (!got) return got.error();
  if (*got < header.size()) return Error{"it ends within its first header; is it a capture?"};

  const NumberReader numbers(found.order);
  const unsigned major = numbers.u16(header, 0);
  const unsigned minor = numbers.u16(header, 2);
  // Before 2.4 writers disagreed about the order of the two lengths in a record.
  if (major != 2 || minor < 4)
    return Error{"pcap version " + std::to_string(major) + "." + std::to_string(minor) +
                 " is not supported; convert it with `editcap -F pcap`"};
  // The upper half of the last word tells the length of the frame check sequence: IP knows its own length.
  const auto link_type = static_cast<std::uint16_t>(numbers.u32(header, 16) & 0xffff);
  return std::unique_ptr<FrameSource>(
      std::make_unique<PcapFile>(numbers, found.magic->ns_per_tick, link_type));
}

Result<std::optional<Frame>> PcapFile::next(ByteStream& stream, bool& cut) {
  std::array<std::uint8_t, kRecordHeaderBytes> header;
  const Result<std::size_t> got = stream.read(header);
  if (!got) return got.error();
  if (*got < header.size()) {
    cut = *got > 0;
    return std::optional<Frame>{};
  }
  const std::uint64_t seconds = numbers_.u32(header, 0);
  const std::uint64_t ticks = numbers_.u32(header, 4);
  const std::uint32_t captured = numbers_.u32(header, 8);
  const std::uint32_t original = numbers_.u32(header, 12);
  if (captured > kMaxRecordBytes)
    return Error{"a frame of " + std::to_string(captured) + " bytes; the file is damaged"};

  frame_.resize(std::min(captured, kMaxFrameBytes));
  const Result<std::size_t> filled = stream.read(frame_);
  if (!filled) return filled.error();
  const std::uint64_t rest = captured - frame_.size();
  const Result<std::uint64_t> skipped = stream.skip(rest);
  if (!skipped) return skipped.error();
  if (*filled < frame_.size() || *skipped < rest) {
    cut = true;
    return std::optional<Frame>{};
  }
  return std::optional(Frame{.time_ns = seconds * 1'000'000'000 + ticks * ns_per_tick_,
                             .bytes = frame_,
                             .original_length = std::max(captured, original),
                             .link_type = link_type_,
                             .interface = 0});
}

}  // namespace sipsonde
