// SPDX-License-Identifier: Apache-2.0
#include "pod_input.h"

namespace sipsonde {

Result<Done> PodInput::start() {
  if (!agent_.pods()) return Done{};
  auto pods = PodWatch::start(settings_.kubernetes, *agent_.pods());
  if (!pods) return pods.error();
  pods_ = std::move(*pods);
  metrics_.emplace([this] { return KubernetesMetrics::Counts{pods_->listed(), pods_->failed()}; });
  agent_.metrics().add(*metrics_, Dependence::machine);
  return Done{};
}

void PodInput::follow(Watch& watch) {
  if (!pods_) return;
  const auto selected = pods_->take_selected();
  if (!selected) return;
  std::vector<PodInterfaces::Pod> pods;
  for (const SelectedPod& pod : *selected) pods.push_back({pod.text, pod.addresses});
  watch.watch_too(interfaces_.leading_to(pods));
}

}  // namespace sipsonde
