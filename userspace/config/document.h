// SPDX-License-Identifier: Apache-2.0
// YAML text as a plain tree that remembers lines. The text may be hostile: its size, depth and number of
// values are bounded, it must be UTF-8 without control characters, and aliases (with which a small text
// grows without bound) and tags are refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sipsonde {

inline constexpr std::size_t kDocumentBytesMax = 1 << 20;
inline constexpr std::size_t kDocumentDepthMax = 16;
inline constexpr std::size_t kDocumentValuesMax = 50'000;

struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  Kind kind = Kind::null;
  unsigned line = 0;  // of the value, from 1; 0: not from a file
  std::string key{};  // its name when the parent is a map; keys may repeat
  unsigned key_line = 0;
  std::string scalar{};
  std::vector<YamlNode> children{};  // of a list or map, in order
};

// What a text came from, for the first words of an error.
struct TextSource {
  std::string name;  // "sipsonde.yaml", "environment SIPSONDE_WORKERS", "flag --output"
  bool has_lines = false;

  // "sipsonde.yaml:7", or the name alone.
  std::string at(unsigned line) const;
  Error error(unsigned line, const std::string& message) const;  // exit code 2
};

// The same bounds and characters for a text that is no YAML.
Result<Done> check_text(const TextSource& source, std::string_view text);

// An empty document is a null node.
Result<YamlNode> parse_document(const TextSource& source, std::string_view text);

}  // namespace sipsonde
