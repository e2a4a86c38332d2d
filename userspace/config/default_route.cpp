// SPDX-License-Identifier: Apache-2.0
#include "config/default_route.h"

#include <linux/route.h>

#include <cstdint>
#include <fstream>
#include <limits>
#include <sstream>

namespace sipsonde {
namespace {

struct Candidate {
  std::string interface;
  std::uint64_t metric = std::numeric_limits<std::uint64_t>::max();

  void offer(const std::string& name, std::uint64_t its_metric) {
    if (!interface.empty() && its_metric >= metric) return;
    interface = name;
    metric = its_metric;
  }
};

constexpr std::uint64_t kUnusable = RTF_REJECT;

bool leads_somewhere(std::uint64_t flags) {
  return (flags & RTF_UP) != 0 && (flags & kUnusable) == 0;
}

// Iface Destination Gateway Flags RefCnt Use Metric Mask …; hexadecimal but for the counts and the metric.
std::string best_ipv4(std::istream& routes) {
  Candidate best;
  std::string line;
  std::getline(routes, line);  // the headings
  while (std::getline(routes, line)) {
    std::istringstream fields(line);
    std::string name, gateway, references, uses;
    std::uint64_t destination = 0, flags = 0, metric = 0, mask = 0;
    fields >> name >> std::hex >> destination >> gateway >> flags >> references >> uses >> std::dec >>
        metric >> std::hex >> mask;
    if (fields && destination == 0 && mask == 0 && leads_somewhere(flags)) best.offer(name, metric);
  }
  return best.interface;
}

// Destination Length Source Length NextHop Metric RefCnt Use Flags Iface; all hexadecimal.
std::string best_ipv6(std::istream& routes) {
  Candidate best;
  std::string line;
  while (std::getline(routes, line)) {
    std::istringstream fields(line);
    std::string destination, source, next_hop, references, uses, name;
    std::uint64_t length = 0, source_length = 0, metric = 0, flags = 0;
    fields >> destination >> std::hex >> length >> source >> source_length >> next_hop >> metric >>
        references >> uses >> flags >> name;
    if (fields && length == 0 && source_length == 0 && name != "lo" && leads_somewhere(flags))
      best.offer(name, metric);
  }
  return best.interface;
}

}  // namespace

Result<std::string> default_route_interface(std::istream& ipv4_routes, std::istream& ipv6_routes) {
  if (std::string name = best_ipv4(ipv4_routes); !name.empty()) return name;
  if (std::string name = best_ipv6(ipv6_routes); !name.empty()) return name;
  return Error{"find the default interface: this host has no default route; name an interface with -i", 2};
}

Result<std::string> default_route_interface() {
  std::ifstream ipv4_routes("/proc/self/net/route");
  std::ifstream ipv6_routes("/proc/self/net/ipv6_route");
  return default_route_interface(ipv4_routes, ipv6_routes);
}

}  // namespace sipsonde
