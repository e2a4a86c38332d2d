// SPDX-License-Identifier: Apache-2.0
#include "config/tunnels.h"

#include <string_view>
#include <vector>

#include "base/labels.h"
#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

// The number of a tunnel, 0 when no tunnel is called that.
int tunnel_named(std::string_view name) {
  for (int tunnel = SIPSONDE_TUNNEL_none + 1; tunnel < SIPSONDE_TUNNEL_COUNT; ++tunnel)
    if (name == label(static_cast<sipsonde_tunnel>(tunnel))) return tunnel;
  return SIPSONDE_TUNNEL_none;
}

std::string names() {
  std::string list;
  for (int tunnel = SIPSONDE_TUNNEL_none + 1; tunnel < SIPSONDE_TUNNEL_COUNT; ++tunnel)
    list += std::string(label(static_cast<sipsonde_tunnel>(tunnel))) + ", ";
  return list;
}

Result<Done> read_name(const Given& item, std::uint32_t& tunnels) {
  const auto name = read_text(item);
  if (!name) return name.error();
  if (*name == "all" || *name == "none")
    return item.error(*name + " stands alone; remove it or the names beside it");
  const int tunnel = tunnel_named(*name);
  if (tunnel == SIPSONDE_TUNNEL_none)
    return item.error(in_quotes(*name) + " is no tunnel; use " + names() + "or all or none alone");
  if (tunnels & 1u << tunnel) return item.error(in_quotes(*name) + " is named twice; keep one");
  tunnels |= 1u << tunnel;
  return Done{};
}

}  // namespace

Result<Done> read_tunnels(const Given& given, std::uint32_t& tunnels) {
  const YamlNode& node = given.node;
  const bool alone = node.kind == YamlNode::Kind::list && node.children.size() == 1;
  const YamlNode& word = alone ? node.children.front() : node;
  const bool is_word = word.kind == YamlNode::Kind::scalar;
  tunnels = is_word && word.scalar == "all" ? kAllTunnels : 0;
  if (is_word && (word.scalar == "all" || word.scalar == "none")) return Done{};
  if (node.kind != YamlNode::Kind::list)
    return given.error("takes all, none or a list; write [vxlan, gre] or all");
  return read_each(given, SIPSONDE_TUNNEL_COUNT,
                   [&tunnels](const Given& item) { return read_name(item, tunnels); });
}

std::string tunnels_to_text(std::uint32_t tunnels) {
  if (tunnels == kAllTunnels) return "all";
  if (tunnels == 0) return "none";
  std::vector<std::string> shown;
  for (int tunnel = SIPSONDE_TUNNEL_none + 1; tunnel < SIPSONDE_TUNNEL_COUNT; ++tunnel)
    if (tunnels >> tunnel & 1) shown.push_back(yaml_text(label(static_cast<sipsonde_tunnel>(tunnel))));
  return yaml_list(shown);
}

}  // namespace sipsonde
