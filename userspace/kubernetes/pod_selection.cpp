// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_selection.h"

#include <algorithm>

namespace sipsonde {

bool is_selected(const Pod& pod, const PodSelector& selector) {
  return pod.namespace_name == selector.namespace_name &&
         std::ranges::all_of(selector.labels, [&pod](const auto& label) {
           return std::ranges::find(pod.labels, label) != pod.labels.end();
         });
}

std::vector<SelectedPod> select_pods(const std::vector<Pod>& pods,
                                     const std::vector<PodSelector>& selectors) {
  std::vector<SelectedPod> selected;
  for (const Pod& pod : pods)
    if (std::ranges::any_of(selectors, [&pod](const auto& selector) { return is_selected(pod, selector); }))
      selected.push_back({pod.namespace_name + "/" + pod.name, pod.addresses});
  return selected;
}

}  // namespace sipsonde
