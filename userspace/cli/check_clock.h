// SPDX-License-Identifier: Apache-2.0
// The doctor on clocks: what reading one costs, and whether the time in events can be believed.
#pragma once

#include "base/host_paths.h"
#include "cli/finding.h"

namespace sipsonde {

Finding check_clock_source(const HostPaths& paths);

// Of adjtimex(2): what it returned, and the status bits and the estimated error it filled in.
Finding judge_clock_sync(int state, int status, long estimated_error_us);

Findings check_clocks(const HostPaths& paths);

}  // namespace sipsonde
