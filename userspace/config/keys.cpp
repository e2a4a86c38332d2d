// SPDX-License-Identifier: Apache-2.0
#include "config/keys.h"

#include <map>
#include <string>

#include "config/values.h"

namespace sipsonde {

Error unknown_key(const TextSource& source, const YamlNode& child, std::string_view suggestion) {
  return source.error(child.key_line, "unknown key " + in_quotes(child.key) + "; did you mean " +
                                          in_quotes(suggestion) + "?");
}

Result<Done> check_keys_are_unique(const TextSource& source, const YamlNode& map) {
  std::map<std::string_view, unsigned> lines;
  for (const YamlNode& child : map.children) {
    const auto [found, is_new] = lines.emplace(child.key, child.key_line);
    if (is_new) continue;
    const std::string where = found->second == 0 ? "" : " in line " + std::to_string(found->second);
    return source.error(child.key_line,
                        "duplicate key " + in_quotes(child.key) + ", already set" + where + "; keep one");
  }
  return Done{};
}

}  // namespace sipsonde
