// SPDX-License-Identifier: Apache-2.0
#include "capture/pcapng_file.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace sipsonde {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;  // the same in both byte orders
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kOldPacket = 2;
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;

constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kFramingBytes = 12;       // type, length, and the length again
constexpr std::uint32_t kSectionLeastBytes = 28;  // framing, byte order, version, section length
constexpr std::uint32_t kMaxHeadBytes = 20;       // before the bytes of the packet, at most
constexpr std::size_t kMaxInterfaces = 4096;
constexpr std::size_t kMaxNameBytes = 64;  // what is longer is no name of an interface

constexpr std::uint16_t kOptionEnd = 0;
constexpr std::uint16_t kOptionName = 2;
constexpr std::uint16_t kOptionTimeResolution = 9;
constexpr std::uint16_t kOptionTimeOffset = 14;

Error damaged(const std::string& what) {
  return Error{what + "; the file is damaged"};
}

bool is_read(std::uint32_t type) {
  return type == kInterfaceDescription || type == kOldPacket || type == kSimplePacket ||
         type == kEnhancedPacket;
}

Result<Done> check_length(std::uint32_t length, std::uint32_t least) {
  if (length < least || length % 4 != 0) return damaged("a block of " + std::to_string(length) + " bytes");
  return Done{};
}

Result<bool> read_whole(ByteStream& stream, std::span<std::uint8_t> out) {
  const Result<std::size_t> got = stream.read(out);
  if (!got) return got.error();
  return *got == out.size();
}

Result<bool> skip_whole(ByteStream& stream, std::uint64_t count) {
  const Result<std::uint64_t> got = stream.skip(count);
  if (!got) return got.error();
  return *got == count;
}

// The total length stands again at the end of a block.
Result<bool> take_trailer(ByteStream& stream, const NumberReader& numbers, std::uint32_t length) {
  std::array<std::uint8_t, 4> trailer;
  Result<bool> whole = read_whole(stream, trailer);
  if (whole && *whole && numbers.u32(trailer, 0) != length)
    return damaged("a block whose two lengths differ");
  return whole;
}

}  // namespace

bool PcapngFile::is_magic(std::span<const std::uint8_t, 4> magic) {
  return NumberReader().u32(magic, 0) == kSectionHeader;
}

Result<std::unique_ptr<FrameSource>> PcapngFile::open(ByteStream& stream) {
  auto file = std::make_unique<PcapngFile>();
  const Result<bool> whole = file->take_section(stream);
  if (!whole) return whole.error();
  if (!*whole) return Error{"it ends within its first header; is it a capture?"};
  return std::unique_ptr<FrameSource>(std::move(file));
}

Result<std::optional<Frame>> PcapngFile::next(ByteStream& stream, bool& cut) {
  while (true) {
    std::array<std::uint8_t, 4> field;
    const Result<std::size_t> got = stream.read(field);
    if (!got) return got.error();
    if (*got < field.size()) {
      cut = *got > 0;
      return std::optional<Frame>{};
    }
    const std::uint32_t type = numbers_.u32(field, 0);
    Result<bool> whole = true;
    if (type == kSectionHeader) {
      whole = take_section(stream);
    } else {
      whole = read_whole(stream, field);
      if (whole && *whole) whole = take_block(stream, type, numbers_.u32(field, 0));
    }
    if (!whole) return whole.error();
    if (!*whole) {
      cut = true;
      return std::optional<Frame>{};
    }
    if (type == kSectionHeader) continue;

    const Result<std::optional<PacketFields>> packet = read_packet_fields(type);
    if (!packet) return packet.error();
    if (!*packet) continue;
    Result<Frame> frame = make_frame(**packet);
    if (!frame) return frame.error();
    return std::optional(*frame);
  }
}

Result<bool> PcapngFile::take_section(ByteStream& stream) {
  std::array<std::uint8_t, 16> header;  // length, byte order, version; the section's length is of no use
  Result<bool> whole = read_whole(stream, header);
  if (!whole || !*whole) return whole;

  numbers_ =
      NumberReader(NumberReader(std::endian::big).u32(header, 4) == kByteOrderMagic ? std::endian::big
                                                                                    : std::endian::little);
  if (numbers_.u32(header, 4) != kByteOrderMagic)
    return Error{"a section without byte-order magic; is it a capture?"};
  const unsigned major = numbers_.u16(header, 8);
  if (major != 1)
    return Error{"pcapng version " + std::to_string(major) +
                 " is not supported; convert it with `editcap -F pcap`"};

  const std::uint32_t length = numbers_.u32(header, 0);
  const Result<Done> checked = check_length(length, kSectionLeastBytes);
  if (!checked) return checked.error();
  whole = skip_whole(stream, length - 4 - header.size() - 4);
  if (whole && *whole) whole = take_trailer(stream, numbers_, length);
  interfaces_.clear();
  return whole;
}

Result<bool> PcapngFile::take_block(ByteStream& stream, std::uint32_t type, std::uint32_t length) {
  const Result<Done> checked = check_length(length, kFramingBytes);
  if (!checked) return checked.error();
  body_length_ = length - kFramingBytes;
  body_.clear();
  if (is_read(type)) {
    if (body_length_ > kMaxRecordBytes) return damaged("a block of " + std::to_string(length) + " bytes");
    body_.resize(std::min(body_length_, kMaxFrameBytes + kMaxHeadBytes));
    const Result<bool> whole = read_whole(stream, body_);
    if (!whole || !*whole) return whole;
  }
  Result<bool> whole = skip_whole(stream, body_length_ - body_.size());
  if (whole && *whole) whole = take_trailer(stream, numbers_, length);
  if (!whole || !*whole || type != kInterfaceDescription) return whole;

  const Result<Done> described = read_interface();
  if (!described) return described.error();
  return true;
}

Result<Done> PcapngFile::read_interface() {
  if (body_.size() < 8) return damaged("an interface block of " + std::to_string(body_.size()) + " bytes");
  if (interfaces_.size() == kMaxInterfaces)
    return damaged("more than " + std::to_string(kMaxInterfaces) + " interfaces");
  Interface interface {
    .link_type = numbers_.u16(body_, 0), .snap_length = numbers_.u32(body_, 4), .time = {}, .name = {}
  };
  read_interface_options(interface);
  interfaces_.push_back(std::move(interface));
  return Done{};
}

// Options that are cut or of a wrong length say nothing and change nothing.
void PcapngFile::read_interface_options(Interface& interface) const {
  std::size_t at = 8;
  while (body_.size() - at >= 4) {
    const std::uint16_t code = numbers_.u16(body_, at);
    const std::uint16_t length = numbers_.u16(body_, at + 2);
    at += 4;
    if (code == kOptionEnd || length > body_.size() - at) return;
    if (code == kOptionName && length <= kMaxNameBytes)
      interface.name.assign(reinterpret_cast<const char*>(body_.data()) + at, length);
    if (code == kOptionTimeResolution && length == 1) {
      interface.time.binary = (body_[at] & 0x80) != 0;
      interface.time.exponent = body_[at] & 0x7f;
    }
    if (code == kOptionTimeOffset && length == 8)
      interface.time.offset_seconds = static_cast<std::int64_t>(numbers_.u64(body_, at));
    at = std::min<std::size_t>(at + (length + 3u) / 4 * 4, body_.size());
  }
}

Result<std::optional<PcapngFile::PacketFields>> PcapngFile::read_packet_fields(std::uint32_t type) const {
  PacketFields packet;
  if (type == kSimplePacket && body_.size() >= 4) {
    packet.head_bytes = 4;
    packet.original = numbers_.u32(body_, 0);
    // It has no captured length: the interface's snap length or the end of the block says it.
    packet.captured = std::min(packet.original, body_length_ - 4);
    if (!interfaces_.empty() && interfaces_[0].snap_length != 0)
      packet.captured = std::min(packet.captured, interfaces_[0].snap_length);
    return std::optional(packet);
  }
  if ((type == kEnhancedPacket || type == kOldPacket) && body_.size() >= 20) {
    packet.head_bytes = 20;
    packet.interface = type == kEnhancedPacket ? numbers_.u32(body_, 0) : numbers_.u16(body_, 0);
    packet.ticks = std::uint64_t{numbers_.u32(body_, 4)} << 32 | numbers_.u32(body_, 8);
    packet.captured = numbers_.u32(body_, 12);
    packet.original = numbers_.u32(body_, 16);
    return std::optional(packet);
  }
  if (type == kSimplePacket || type == kEnhancedPacket || type == kOldPacket)
    return damaged("a packet block of " + std::to_string(body_length_) + " bytes");
  return std::optional<PacketFields>{};
}

Result<Frame> PcapngFile::make_frame(const PacketFields& packet) {
  if (packet.interface >= interfaces_.size())
    return damaged("a packet of interface " + std::to_string(packet.interface) + ", which is not described");
  if (packet.captured > body_length_ - packet.head_bytes)
    return damaged("a packet of " + std::to_string(packet.captured) + " bytes in a block of " +
                   std::to_string(body_length_));
  const Interface& interface = interfaces_[packet.interface];
  if (packet.ticks) last_time_ns_ = interface.time.to_unix_ns(*packet.ticks);
  const std::size_t kept = std::min(packet.captured, kMaxFrameBytes);
  return Frame{.time_ns = last_time_ns_,
               .bytes = FrameBytes(body_).subspan(packet.head_bytes, kept),
               .original_length = std::max(packet.captured, packet.original),
               .link_type = interface.link_type,
               .interface = packet.interface,
               .interface_name = interface.name};
}

}  // namespace sipsonde
