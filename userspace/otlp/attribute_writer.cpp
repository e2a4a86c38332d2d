// SPDX-License-Identifier: Apache-2.0
#include "otlp/attribute_writer.h"

#include <algorithm>

#include "base/utf8.h"

namespace sipsonde {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

}  // namespace

std::string_view clean_utf8(std::string_view text, std::string& room) {
  const auto plain = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  auto at = static_cast<std::size_t>(std::ranges::find_if_not(text, plain) - text.begin());
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  if (at >= text.size()) return text;
  room.assign(text.substr(0, at));
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    room += length ? text.substr(at, length) : kReplacement;
    at += std::max<std::size_t>(1, length);
  }
  return room;
}

}  // namespace sipsonde
