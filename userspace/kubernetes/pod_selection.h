// SPDX-License-Identifier: Apache-2.0
// The pods that the setting kubernetes.interfaces_of asks for.
#pragma once

#include <string>
#include <vector>

#include "config/kubernetes_settings.h"
#include "kubernetes/pod.h"

namespace sipsonde {

bool is_selected(const Pod& pod, const PodSelector& selector);

struct SelectedPod {
  std::string text;  // "voip/sbc-0"
  std::vector<Address> addresses;

  friend bool operator==(const SelectedPod&, const SelectedPod&) = default;
};

// Those that some selector fits, each once.
std::vector<SelectedPod> select_pods(const std::vector<Pod>& pods, const std::vector<PodSelector>& selectors);

}  // namespace sipsonde
