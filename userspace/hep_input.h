// SPDX-License-Identifier: Apache-2.0
// HEP in, wired: listener, intake, kernel half and metrics. Live alone: a replay has its capture and nothing
// else.
#pragma once

#include <memory>

#include "agent.h"
#include "hep/hep_intake.h"
#include "hep/hep_listener.h"
#include "metrics/hep_metrics.h"

namespace sipsonde {

class HepInput {
 public:
  // Adds its metrics when `hep_listen` is set; does nothing else without it. The agent outlives this.
  HepInput(Agent& agent, const Settings& settings);

  // Listens, when it is set. What comes goes to the rings of the workers.
  Result<Done> start();
  void stop();

 private:
  Agent& agent_;
  const std::optional<HepListen>& where_;
  HepCounts counts_;
  HepMetrics metrics_{counts_};
  HepIntake intake_;
  std::unique_ptr<HepListener> listener_;
};

}  // namespace sipsonde
