// SPDX-License-Identifier: Apache-2.0
#include "probe/pod_interfaces.h"

#include <net/if.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "probe/host_side.h"

namespace sipsonde {

std::vector<std::string> PodInterfaces::leading_to(const std::vector<Pod>& pods) {
  const std::map<Address, Found> before = std::exchange(found_, {});
  const std::set<std::string> said_before = std::exchange(said_, {});
  auto host = HostSide::open();
  std::set<std::string> names;
  for (const Pod& pod : pods) {
    std::string reason = "it has no address";
    bool is_reached = false;
    for (const Address& address : pod.addresses) {
      const auto known = before.find(address);
      Found found = known == before.end() ? Found{} : known->second;
      if (found.index == 0 || if_nametoindex(found.name.c_str()) != found.index) {
        const auto name = host ? host->interface_towards(address) : Result<std::string>(host.error());
        if (!name) {
          reason = name.error().message;
          continue;
        }
        found = {*name, if_nametoindex(name->c_str())};
      }
      if (found.index == 0) continue;
      names.insert(found.name);
      found_.emplace(address, std::move(found));
      is_reached = true;
    }
    if (is_reached) continue;
    said_.insert(pod.text);
    if (!said_before.contains(pod.text)) spdlog::warn("no interface leads to pod {}: {}", pod.text, reason);
  }
  return {names.begin(), names.end()};
}

}  // namespace sipsonde
