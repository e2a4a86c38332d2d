// SPDX-License-Identifier: Apache-2.0
#include "detach.h"

#include <cstdio>

#include "probe/clsact_filter.h"
#include "probe/probe.h"

namespace sipsonde {

Result<Done> detach() {
  // Links end with their process; only clsact filters outlive it. They are known by the tags of our programs,
  // so the programs are loaded, attached to nothing.
  auto probe = Probe::load(Settings{}, 1, Purpose::replay, ProgramSet{.xdp = false, .hand_back = false});
  if (!probe) return probe.error();
  const auto removed = remove_leftover_filters(0, {program_tag(probe->program_fd(Program::tc_ingress)),
                                                   program_tag(probe->program_fd(Program::tc_egress))});
  for (const std::string& line : removed) std::printf("%s\n", line.c_str());
  if (removed.empty()) std::printf("nothing of an earlier run is attached\n");
  return Done{};
}

}  // namespace sipsonde
