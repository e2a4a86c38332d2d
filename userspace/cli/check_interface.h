// SPDX-License-Identifier: Apache-2.0
// The doctor on one interface: what it is, how XDP would fare on it, and who is attached already.
#pragma once

#include <optional>

#include "base/host_paths.h"
#include "cli/finding.h"
#include "probe/link.h"

namespace sipsonde {

Finding judge_link_state(const Link& link);
Finding judge_device(const Link& link);

// `native`: what the driver says, if it says anything; `proven`: see xdp_trial.h.
Finding judge_native_xdp(const Link& link, std::optional<bool> native, bool proven);

Findings check_interface(const Link& link, const HostPaths& paths);

// The trial of --try-xdp, recorded.
Finding check_by_trial(const Link& link, const HostPaths& paths);

}  // namespace sipsonde
