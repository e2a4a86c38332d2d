// SPDX-License-Identifier: Apache-2.0
// The pods of this node, wired: whoever asks the API server for them, the names in facts, the interfaces that
// lead to some of them, and metrics. Live alone: a replay asks nobody.
#pragma once

#include <memory>
#include <optional>

#include "agent.h"
#include "config/settings.h"
#include "kubernetes/pod_watch.h"
#include "metrics/kubernetes_metrics.h"
#include "probe/pod_interfaces.h"
#include "probe/watch.h"

namespace sipsonde {

class PodInput {
 public:
  // Does nothing without kubernetes.pods. The agent outlives this.
  PodInput(Agent& agent, const Settings& settings) : agent_(agent), settings_(settings) {}

  // Asks from now on.
  Result<Done> start();

  // Has those interfaces watched that lead to the pods of kubernetes.interfaces_of. From one thread, now and
  // then.
  void follow(Watch& watch);

 private:
  Agent& agent_;
  const Settings& settings_;
  std::unique_ptr<PodWatch> pods_;
  std::optional<KubernetesMetrics> metrics_;
  PodInterfaces interfaces_;
};

}  // namespace sipsonde
