// SPDX-License-Identifier: Apache-2.0
#include "config/given.h"

#include <linux/if.h>

#include <algorithm>
#include <climits>

#include "config/network.h"
#include "config/values.h"

namespace sipsonde {
namespace {

constexpr std::size_t kInterfacesMax = 64;
constexpr std::size_t kNetworksMax = 4096;
constexpr std::size_t kPortsMax = 1024;

bool is_off(std::string_view text) {
  return text.empty() || text == "off";
}

bool is_auto(const YamlNode& node) {
  return node.kind == YamlNode::Kind::scalar && node.scalar == "auto";
}

}  // namespace

Error Given::error(const std::string& message) const {
  return source.error(node.line, std::string(path) + ": " + message);
}

Result<std::string> read_text(const Given& given) {
  switch (given.node.kind) {
    case YamlNode::Kind::scalar:
      return given.node.scalar;
    case YamlNode::Kind::null:
      return given.error("has no value; give one or remove the key");
    case YamlNode::Kind::list:
      return given.error("takes one value, not a list; give one value");
    case YamlNode::Kind::map:
      break;
  }
  return given.error("takes one value, not a block of keys; give one value");
}

Result<std::size_t> read_choice(const Given& given, std::span<const std::string_view> choices) {
  const auto text = read_text(given);
  if (!text) return text.error();
  const auto found = std::find(choices.begin(), choices.end(), *text);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string list;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) list += i + 1 == choices.size() ? " or " : ", ";
    list += choices[i];
  }
  return given.error(in_quotes(*text) + " is not taken; use " + list);
}

Result<Done> read_count(const Given& given, std::uint64_t least, std::uint64_t most, std::uint32_t& target) {
  return read_parsed(
      given, [=](std::string_view text) { return parse_count(text, least, most); }, target);
}

Result<Done> read_length(const Given& given, std::chrono::milliseconds least, std::chrono::milliseconds most,
                         std::chrono::milliseconds& target) {
  const auto parse = [=](std::string_view text) -> Result<std::chrono::milliseconds> {
    const auto length = parse_duration(text);
    if (length && (*length < least || *length > most))
      return Error{in_quotes(text) + " is out of range; use " + duration_to_text(least) + " to " +
                       duration_to_text(most),
                   2};
    return length;
  };
  return read_parsed(given, parse, target);
}

Result<Done> read_seconds(const Given& given, std::chrono::seconds least, std::chrono::seconds most,
                          std::chrono::seconds& target) {
  using namespace std::chrono;
  const auto parse = [=](std::string_view text) -> Result<seconds> {
    const auto duration = parse_duration(text);
    if (!duration) return duration.error();
    const auto whole = duration_cast<seconds>(*duration);
    if (whole != *duration || whole < least || whole > most)
      return Error{in_quotes(text) + " is out of range; use whole seconds, " + duration_to_text(least) +
                       " to " + duration_to_text(most),
                   2};
    return whole;
  };
  return read_parsed(given, parse, target);
}

Result<Done> read_size(const Given& given, std::uint64_t least, std::uint64_t most, std::uint64_t& target) {
  const auto parse = [=](std::string_view text) -> Result<std::uint64_t> {
    auto size = parse_size(text);
    if (size && (*size < least || *size > most))
      return Error{
          in_quotes(text) + " is out of range; use " + size_to_text(least) + " to " + size_to_text(most), 2};
    return size;
  };
  return read_parsed(given, parse, target);
}

Result<Done> read_path(const Given& given, std::string& path) {
  const auto text = read_text(given);
  if (!text) return text.error();
  if (text->size() >= PATH_MAX) return given.error("longer than a path can be; shorten it");
  if (text->ends_with('/')) return given.error(in_quotes(*text) + " is a directory; name a file in it");
  path = is_off(*text) ? std::string{} : *text;
  return Done{};
}

Result<Done> read_folder(const Given& given, std::string& path) {
  const auto text = read_text(given);
  if (!text) return text.error();
  if (text->size() >= PATH_MAX) return given.error("longer than a path can be; shorten it");
  path = is_off(*text) ? std::string{} : *text;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return Done{};
}

Result<Done> read_listen_address(const Given& given, std::optional<ListenAddress>& address) {
  const auto text = read_text(given);
  if (!text) return text.error();
  address.reset();
  if (is_off(*text)) return Done{};
  const auto parsed = parse_listen_address(*text);
  if (!parsed) return given.error(parsed.error().message);
  address = *parsed;
  return Done{};
}

Result<Done> read_each(const Given& given, std::size_t most,
                       const std::function<Result<Done>(const Given&)>& read) {
  if (given.node.kind != YamlNode::Kind::list) return given.error("takes a list; write [one, two]");
  if (given.node.children.size() > most)
    return given.error("has more than " + std::to_string(most) + " values; shorten it");
  for (const YamlNode& item : given.node.children)
    if (auto done = read({given.source, item, given.path}); !done) return done;
  return Done{};
}

Result<Done> read_ports(const Given& given, std::vector<std::uint16_t>& ports) {
  ports.clear();
  auto done = read_each(given, kPortsMax, [&ports](const Given& item) -> Result<Done> {
    std::uint16_t port = 0;
    const auto parse = [](std::string_view text) { return parse_count(text, 1, 65535); };
    if (auto read = read_parsed(item, parse, port); !read) return read;
    if (std::find(ports.begin(), ports.end(), port) == ports.end()) ports.push_back(port);
    return Done{};
  });
  if (done && ports.empty()) return given.error("is empty; name at least one port such as [5060]");
  return done;
}

Result<Done> read_networks(const Given& given, std::vector<Network>& networks) {
  networks.clear();
  return read_each(given, kNetworksMax, [&networks](const Given& item) {
    networks.emplace_back();
    return read_parsed(item, parse_network, networks.back());
  });
}

// No slash, no colon, no blank, shorter than IFNAMSIZ.
bool is_interface_name(std::string_view name) {
  return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
         name.find_first_of("/: \t") == name.npos;
}

Result<Done> read_interfaces(const Given& given, std::vector<std::string>& interfaces) {
  interfaces.clear();
  const auto& items = given.node.children;
  if (is_auto(given.node) || (items.size() == 1 && is_auto(items.front()))) return Done{};
  if (given.node.kind != YamlNode::Kind::list || items.empty())
    return given.error("takes a list of interface names or auto; write [eth0] or auto");
  return read_each(given, kInterfacesMax, [&interfaces](const Given& item) -> Result<Done> {
    const auto name = read_text(item);
    if (!name) return name.error();
    if (*name == "auto") return item.error("auto stands alone; remove it or the names beside it");
    if (!is_interface_name(*name))
      return item.error(in_quotes(*name) + " is no interface name; see `ip link` for the names of this host");
    if (std::find(interfaces.begin(), interfaces.end(), *name) != interfaces.end())
      return item.error(in_quotes(*name) + " is named twice; keep one");
    interfaces.push_back(*name);
    return Done{};
  });
}

}  // namespace sipsonde
