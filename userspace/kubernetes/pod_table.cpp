// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_table.h"

#include <algorithm>
#include <tuple>

namespace sipsonde {

std::shared_ptr<const PodTable> PodTable::after(const PodTable& before, const std::vector<Pod>& listed,
                                                std::uint64_t now_ns) {
  auto table = std::make_shared<PodTable>();
  std::vector<Stay>& stays = table->stays_;
  for (const Pod& pod : listed)
    for (const Address& address : pod.addresses)
      stays.push_back({address, pod.started_ns, kStillThere, {pod.namespace_name, pod.name}});
  const auto key = [](const Stay& stay) {
    return std::tie(stay.address, stay.from_ns, stay.pod.namespace_name, stay.pod.name);
  };
  std::ranges::sort(stays, {}, key);

  std::vector<Stay> gone;
  for (const Stay& stay : before.stays_) {
    if (std::ranges::binary_search(stays, key(stay), {}, key)) continue;
    gone.push_back(stay);
    gone.back().until_ns = std::min(stay.until_ns, now_ns);
  }
  std::ranges::sort(gone, std::ranges::greater{}, &Stay::until_ns);
  if (gone.size() > kGoneMax) gone.resize(kGoneMax);
  stays.insert(stays.end(), std::make_move_iterator(gone.begin()), std::make_move_iterator(gone.end()));
  std::ranges::sort(stays, {}, key);
  return table;
}

const PodName* PodTable::find(const Address& address, std::uint64_t time_ns) const {
  const auto key = [](const Stay& stay) { return std::tie(stay.address, stay.from_ns); };
  auto behind = std::ranges::upper_bound(stays_, std::tie(address, time_ns), {}, key);
  // The latest that had begun; one before it may have outlived it, as a pod that ends beside its successor.
  for (; behind != stays_.begin() && std::prev(behind)->address == address; --behind)
    if (time_ns < std::prev(behind)->until_ns) return &std::prev(behind)->pod;
  return nullptr;
}

}  // namespace sipsonde
