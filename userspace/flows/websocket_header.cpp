// SPDX-License-Identifier: Apache-2.0
#include "flows/websocket_header.h"

#include <cstring>

#include "decode/network_order.h"

namespace sipsonde {
namespace {

constexpr unsigned kFin = 0x80, kRsv1 = 0x40, kRsv2And3 = 0x30, kOpcode = 0x0f;  // of the first byte
constexpr unsigned kMask = 0x80, kLength = 0x7f;                                 // of the second
constexpr std::uint64_t kLengthIn16Bits = 126, kLengthIn64Bits = 127;
constexpr std::size_t kMaskBytes = 4;

bool is_known(WebSocketOpcode opcode) {
  switch (opcode) {
    case WebSocketOpcode::continuation:
    case WebSocketOpcode::text:
    case WebSocketOpcode::binary:
    case WebSocketOpcode::close:
    case WebSocketOpcode::ping:
    case WebSocketOpcode::pong:
      return true;
  }
  return false;
}

std::size_t bytes_of_length(std::string_view bytes) {
  const unsigned length = byte_at(bytes, 1) & kLength;
  return length == kLengthIn16Bits ? 2 : length == kLengthIn64Bits ? 8 : 0;
}

std::uint64_t length_in(std::string_view bytes) {
  switch (bytes_of_length(bytes)) {
    case 2:
      return u16_at(bytes, 2);
    case 8:
      return static_cast<std::uint64_t>(u32_at(bytes, 2)) << 32 | u32_at(bytes, 6);
    default:
      return byte_at(bytes, 1) & kLength;
  }
}

}  // namespace

std::size_t websocket_header_length(std::string_view bytes) {
  return 2 + bytes_of_length(bytes) + (byte_at(bytes, 1) & kMask ? kMaskBytes : 0);
}

std::optional<WebSocketHeader> decode_websocket_header(std::string_view bytes) {
  const unsigned first = byte_at(bytes, 0);
  const std::size_t length_bytes = bytes_of_length(bytes);
  WebSocketHeader header;
  header.fin = first & kFin;
  header.compressed = first & kRsv1;
  header.reserved = first & kRsv2And3;
  header.opcode = static_cast<WebSocketOpcode>(first & kOpcode);
  header.masked = byte_at(bytes, 1) & kMask;
  header.length = length_in(bytes);
  header.minimal = length_bytes == 0 || header.length >= (length_bytes == 2 ? kLengthIn16Bits : 0x10000);
  if (header.masked) std::memcpy(header.mask.data(), bytes.data() + 2 + length_bytes, kMaskBytes);

  if (!is_known(header.opcode) || header.length >> 63) return std::nullopt;
  if (header.is_control() && (!header.fin || length_bytes != 0)) return std::nullopt;
  return header;
}

void unmask(std::span<char> bytes, const std::array<char, 4>& mask, std::uint64_t offset) {
  std::array<char, 8> eight;
  for (std::size_t i = 0; i < eight.size(); ++i) eight[i] = mask[(offset + i) % mask.size()];
  std::uint64_t key = 0;
  std::memcpy(&key, eight.data(), sizeof key);
  std::size_t at = 0;
  for (; at + sizeof key <= bytes.size(); at += sizeof key) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    word ^= key;
    std::memcpy(bytes.data() + at, &word, sizeof word);
  }
  for (; at < bytes.size(); ++at) bytes[at] = static_cast<char>(bytes[at] ^ eight[at % eight.size()]);
}

}  // namespace sipsonde
