// SPDX-License-Identifier: Apache-2.0
#include "detach.h"

#include <cstdio>

#include "config/load.h"
#include "probe/clsact_filter.h"
#include "probe/pins.h"
#include "probe/probe.h"

namespace sipsonde {
namespace {

// What was pinned goes even while an agent runs with it: that one holds its hooks until it ends.
std::string remove_pins(const std::string& root) {
  const Pins::Removed pins = Pins::remove_all(root, true);
  if (pins.hooks + pins.others == 0) return {};
  return "removed " + std::to_string(pins.hooks) + " pinned hooks and " + std::to_string(pins.others) +
         " maps from " + root +
         (pins.held ? "; an agent runs with them: its hooks come off when it ends" : std::string());
}

}  // namespace

Result<Done> detach(const DetachOptions& options) {
  auto loaded = load_settings({.file = options.config,
                               .environment = environment_of_this_process(),
                               .interfaces = {},
                               .output_dir = {}});
  if (!loaded) return loaded.error();
  const std::string unpinned = remove_pins(loaded->settings.pin_path);
  if (!unpinned.empty()) std::printf("%s\n", unpinned.c_str());

  // Other links end with their process; only clsact filters outlive it. They are known by the tags of our
  // programs, so the programs are loaded, attached to nothing.
  auto probe = Probe::load(Settings{}, 1, Purpose::replay, ProgramSet{.xdp = false, .hand_back = false});
  if (!probe) return probe.error();
  const auto removed = remove_leftover_filters(0, {program_tag(probe->program_fd(Program::tc_ingress)),
                                                   program_tag(probe->program_fd(Program::tc_egress))});
  for (const std::string& line : removed) std::printf("%s\n", line.c_str());
  if (removed.empty() && unpinned.empty()) std::printf("nothing of an earlier run is attached\n");
  return Done{};
}

}  // namespace sipsonde
