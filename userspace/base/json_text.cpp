// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"

#include <cstdint>
#include <cstring>

#include "base/utf8.h"

namespace sipsonde {
namespace {

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

void append_control(std::string& out, std::uint8_t code_point) {
  constexpr char kHex[] = "0123456789ABCDEF";
  out += "\\u00";
  out.push_back(kHex[code_point >> 4]);
  out.push_back(kHex[code_point & 15]);
}

void append_ascii(std::string& out, char character) {
  const auto byte = static_cast<std::uint8_t>(character);
  if (character == '"' || character == '\\') {
    out.push_back('\\');
    out.push_back(character);
  } else if (byte < 0x20 || byte == 0x7F) {
    append_control(out, byte);
  } else {
    out.push_back(character);
  }
}

bool is_c1_control(std::string_view character) {
  return byte_at(character, 0) == 0xC2 && byte_at(character, 1) < 0xA0;
}

constexpr std::uint64_t all_bytes(std::uint8_t byte) {
  return byte * 0x0101010101010101ULL;
}

// Eight bytes at a time: the high bit of a byte of the sum is set when some byte is wanted. Borrows and
// carries reach only bytes beside one that is wanted itself, so the answer as a whole is exact.
bool any_escape_in(std::uint64_t word) {
  const auto below = [](std::uint64_t bytes, std::uint8_t limit) {
    return (bytes - all_bytes(limit)) & ~bytes;
  };
  const std::uint64_t found = below(word, 0x20) | below(word ^ all_bytes('"'), 1) |
                              below(word ^ all_bytes('\\'), 1) | below(word ^ all_bytes(0x7F), 1) | word;
  return (found & all_bytes(0x80)) != 0;
}

}  // namespace

bool needs_no_escape(std::string_view bytes) {
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) <= bytes.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    if (any_escape_in(word)) return false;
  }
  for (; i < bytes.size(); ++i) {
    const std::uint8_t byte = byte_at(bytes, i);
    if (byte < 0x20 || byte >= 0x7F || byte == '"' || byte == '\\') return false;
  }
  return true;
}

void append_json_string(std::string& out, std::string_view bytes) {
  out.push_back('"');
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    if (length == 0) {
      out += kReplacementCharacter;
      bytes.remove_prefix(1);
      continue;
    }
    if (length == 1)
      append_ascii(out, bytes.front());
    else if (length == 2 && is_c1_control(bytes))
      append_control(out, byte_at(bytes, 1));
    else
      out += bytes.substr(0, length);
    bytes.remove_prefix(length);
  }
  out.push_back('"');
}

}  // namespace sipsonde
