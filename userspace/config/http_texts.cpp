// SPDX-License-Identifier: Apache-2.0
#include "config/http_texts.h"

#include <algorithm>

#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {

bool is_off(std::string_view text) {
  return text.empty() || text == "off";
}

std::string text_or_off(const std::string& text) {
  return text.empty() ? "off" : yaml_text(text);
}

Result<Done> read_http_url(const Given& given, std::string& target) {
  constexpr std::size_t kLongest = 2048;
  const auto text = read_text(given);
  if (!text) return text.error();
  if (is_off(*text)) {
    target.clear();
    return Done{};
  }
  const std::size_t host = text->starts_with("http://") ? 7 : text->starts_with("https://") ? 8 : 0;
  const std::string_view authority = std::string_view(*text).substr(host, text->find('/', host) - host);
  if (host == 0 || authority.empty() || text->size() > kLongest ||
      text->find_first_of(" \t\"<>") != text->npos)
    return given.error(in_quotes(*text) + " is no URL; write http://HOST[:PORT][/PATH] or https://…");
  if (authority.find('@') != authority.npos)
    return given.error("holds a user or a password; write what proves who we are into the key for it");
  target = *text;
  return Done{};
}

Result<Done> read_field_value(const Given& given, std::string& target) {
  constexpr std::size_t kLongest = 8192;
  const auto text = read_text(given);
  if (!text) return text.error();
  const bool plain = std::ranges::all_of(*text, [](char c) { return c >= ' ' && c <= '~'; });
  if (!plain || text->size() > kLongest)
    return given.error("takes up to " + std::to_string(kLongest) +
                       " printable characters of ASCII, such as Bearer TOKEN; change it");
  target = *text;
  return Done{};
}

}  // namespace sipsonde
