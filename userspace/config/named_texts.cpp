// SPDX-License-Identifier: Apache-2.0
#include "config/named_texts.h"

#include <algorithm>

#include "config/keys.h"
#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

constexpr std::size_t kTextsMost = 64;
constexpr std::size_t kNameLongest = 255;
constexpr std::size_t kValueLongest = 8192;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A percent sign that begins no escape stays what it is.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
    const int low = high >= 0 ? digit_of(text[i + 2]) : -1;
    if (low < 0) {
      decoded.push_back(text[i]);
      continue;
    }
    decoded.push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return decoded;
}

// Becomes a line of a request: a line feed would begin another.
bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

}  // namespace

Result<Done> read_named_texts(const Given& given, NamedTexts& texts) {
  texts.clear();
  const bool empty = given.node.kind == YamlNode::Kind::null ||
                     (given.node.kind == YamlNode::Kind::scalar && given.node.scalar.empty());
  if (empty) return Done{};
  if (given.node.kind != YamlNode::Kind::map)
    return given.error("takes a block of names and values; write {name: value}");
  if (auto unique = check_keys_are_unique(given.source, given.node); !unique) return unique;
  if (given.node.children.size() > kTextsMost)
    return given.error("has more than " + std::to_string(kTextsMost) + " names; shorten it");
  for (const YamlNode& child : given.node.children) {
    const Given item{given.source, child, given.path};
    const auto value = read_text(item);
    if (!value) return value.error();
    if (child.key.empty() || child.key.size() > kNameLongest || value->size() > kValueLongest)
      return item.error("takes names of 1 to " + std::to_string(kNameLongest) + " and values of up to " +
                        std::to_string(kValueLongest) + " characters; shorten it");
    if (!is_one_line(child.key) || !is_one_line(*value))
      return item.error("the value of " + in_quotes(child.key) + " has a control character; remove it");
    texts.emplace_back(child.key, *value);
  }
  return Done{};
}

std::string named_texts_to_text(const NamedTexts& texts) {
  std::string text = "{";
  for (const auto& [name, value] : texts) {
    if (text.size() > 1) text += ", ";
    text += yaml_text(name) + ": " + yaml_text(value);
  }
  return text + "}";
}

std::string names_to_text(const NamedTexts& texts) {
  NamedTexts hidden = texts;
  for (auto& [name, value] : hidden) value = "***";
  return named_texts_to_text(hidden);
}

Result<YamlNode> parse_baggage(std::string_view text) {
  YamlNode map{.kind = YamlNode::Kind::map};
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view member = trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (member.empty()) continue;
    const std::size_t equals = member.find('=');
    const std::string name = percent_decoded(trimmed(member.substr(0, equals)));
    if (equals == member.npos || name.empty())
      return Error{in_quotes(member) + " is no name=value; write name=value,name=value", 2};
    const std::string value = percent_decoded(trimmed(member.substr(equals + 1)));
    const auto same = [&name](const YamlNode& other) { return other.key == name; };
    std::erase_if(map.children, same);
    map.children.push_back({.kind = YamlNode::Kind::scalar, .key = name, .scalar = value});
  }
  return map;
}

}  // namespace sipsonde
