// SPDX-License-Identifier: Apache-2.0
#include "privacy/key_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/input_file.h"
#include "config/values.h"

namespace sipsonde {
namespace {

// Room for the longest key in hexadecimal and a line end.
constexpr std::size_t kFileBytesMax = 2 * kPrivacyKeyMax + 2;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> bytes_of_hex(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.size() < 2 * kPrivacyKeyMin || text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return bytes;
}

std::string octal(unsigned permissions) {
  std::string text = "0000";
  for (std::size_t i = 1; i < text.size(); ++i)
    text[i] = static_cast<char>('0' + (permissions >> (3 * (3 - i)) & 7));
  return text;
}

}  // namespace

Result<std::string> read_privacy_key(const std::string& path) {
  const auto refused = [&path](const std::string& why) {
    return Error{"read privacy.key_file " + in_quotes(path) + ": " + why, 2};
  };
  const auto file = read_input_file(path, kFileBytesMax);
  if (!file)
    return refused(file.error().message + "; name a file of " + std::to_string(kPrivacyKeyMin) +
                   " random bytes");
  if (file->permissions & (S_IROTH | S_IWOTH))
    return refused("open to every user (mode " + octal(file->permissions) + "); run chmod 600 on it");
  std::string key = bytes_of_hex(file->bytes).value_or(file->bytes);
  if (key.size() < kPrivacyKeyMin)
    return refused("holds " + std::to_string(key.size()) + " bytes; it takes " +
                   std::to_string(kPrivacyKeyMin) + " or more, as from head -c 32 /dev/urandom");
  if (key.size() > kPrivacyKeyMax)
    return refused("holds more than " + std::to_string(kPrivacyKeyMax) + " bytes; shorten it");
  return key;
}

}  // namespace sipsonde
