// SPDX-License-Identifier: Apache-2.0
// Builds capture files byte by byte, so that a test shows what stands in them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sipsonde {

class Bytes {
 public:
  explicit Bytes(std::endian order = std::endian::little) : order_(order) {}

  Bytes& u8(std::uint64_t value) { return number(value, 1); }
  Bytes& u16(std::uint64_t value) { return number(value, 2); }
  Bytes& u32(std::uint64_t value) { return number(value, 4); }
  Bytes& u64(std::uint64_t value) { return number(value, 8); }
  Bytes& text(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }
  Bytes& pad_to_four() {
    while (bytes_.size() % 4 != 0) bytes_ += '\0';
    return *this;
  }
  const std::string& str() const { return bytes_; }
  std::endian order() const { return order_; }

 private:
  Bytes& number(std::uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; ++i) {
      const unsigned shift = 8 * (order_ == std::endian::big ? width - 1 - i : i);
      bytes_ += static_cast<char>(value >> shift & 0xff);
    }
    return *this;
  }

  std::endian order_;
  std::string bytes_;
};

// ---- pcap ----

struct PcapOptions {
  std::uint32_t magic = 0xa1b2c3d4;
  std::endian order = std::endian::little;
  std::uint16_t major = 2;
  std::uint16_t minor = 4;
  std::uint32_t link_type = 1;
};

inline std::string pcap_header(const PcapOptions& options = {}) {
  return Bytes(options.order)
      .u32(options.magic)
      .u16(options.major)
      .u16(options.minor)
      .u32(0)
      .u32(0)
      .u32(262144)
      .u32(options.link_type)
      .str();
}

inline std::string pcap_record(std::string_view frame, std::uint32_t seconds, std::uint32_t ticks,
                               std::uint32_t original = 0, std::endian order = std::endian::little) {
  return Bytes(order)
      .u32(seconds)
      .u32(ticks)
      .u32(frame.size())
      .u32(original != 0 ? original : frame.size())
      .text(frame)
      .str();
}

// ---- pcapng ----

inline std::string block(std::uint32_t type, const Bytes& body) {
  const std::size_t length = body.str().size() + 12;
  return Bytes(body.order()).u32(type).u32(length).text(body.str()).u32(length).str();
}

inline std::string section(std::endian order = std::endian::little, std::uint16_t major = 1) {
  return block(0x0a0d0d0a, Bytes(order).u32(0x1a2b3c4d).u16(major).u16(0).u64(UINT64_MAX));
}

inline std::string interface(std::uint16_t link_type, std::uint32_t snap_length = 0,
                             std::endian order = std::endian::little, std::string_view options = "") {
  return block(1, Bytes(order).u16(link_type).u16(0).u32(snap_length).text(options));
}

inline std::string enhanced(std::uint32_t interface_id, std::uint64_t ticks, std::string_view frame,
                            std::endian order = std::endian::little, std::uint32_t original = 0) {
  return block(6, Bytes(order)
                      .u32(interface_id)
                      .u32(ticks >> 32)
                      .u32(ticks & 0xffffffff)
                      .u32(frame.size())
                      .u32(original != 0 ? original : frame.size())
                      .text(frame)
                      .pad_to_four());
}

inline std::string simple(std::uint32_t original, std::string_view frame,
                          std::endian order = std::endian::little) {
  return block(3, Bytes(order).u32(original).text(frame).pad_to_four());
}

// ---- files ----

inline std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string out(bytes.size() + 1024, '\0');
  std::string in(bytes);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int end = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (end != Z_STREAM_END) throw std::runtime_error("deflate");
  return out;
}

// A file that is gone when the test is.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view bytes) {
    path_ = testing::TempDir() + "capture_XXXXXX";
    const int descriptor = ::mkstemp(path_.data());
    if (descriptor < 0) throw std::runtime_error("mkstemp " + path_);
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    ::close(descriptor);
    if (written != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("write " + path_);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { ::unlink(path_.c_str()); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace sipsonde
