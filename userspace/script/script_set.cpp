// SPDX-License-Identifier: Apache-2.0
#include "script/script_set.h"

#include <utility>

namespace sipsonde {

Result<std::unique_ptr<ScriptSet>> ScriptSet::open(const Settings& settings, unsigned workers, bool live) {
  if (settings.script.empty()) return std::unique_ptr<ScriptSet>();
  auto file = read_script(settings.script);
  if (!file) return file.error();
  std::unique_ptr<ScriptSet> set(new ScriptSet(std::move(*file)));
  ScriptLimits limits;
  if (live) limits.cpu_ns = 20'000'000;
  for (unsigned number = 0; number < workers; ++number) {
    auto engine = Engine::open(set->file_, set->metrics_, settings.trunks, limits);
    if (!engine) return engine.error();
    set->engines_.push_back(std::move(*engine));
    set->metrics_.close();
  }
  return set;
}

}  // namespace sipsonde
