// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "config/settings.h"
#include "script/engine.h"

namespace sipsonde {

// The operator's script for all workers: the file, an engine for each, and the metrics that they share.
class ScriptSet {
 public:
  // nullptr when there is no script. `live`: CPU time is watched too. `settings` outlives the set.
  static Result<std::unique_ptr<ScriptSet>> open(const Settings& settings, unsigned workers, bool live);

  LegScript* of_worker(unsigned number) { return engines_[number].get(); }
  const ScriptMetrics& metrics() const { return metrics_; }

 private:
  explicit ScriptSet(ScriptFile file) : file_(std::move(file)) {}

  ScriptFile file_;
  ScriptMetrics metrics_;
  std::vector<std::unique_ptr<Engine>> engines_;
};

}  // namespace sipsonde
