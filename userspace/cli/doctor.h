// SPDX-License-Identifier: Apache-2.0
// `sipsonde doctor`: what this host offers and lacks, one line each with its remedy.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "base/host_paths.h"
#include "cli/command_line.h"
#include "cli/finding.h"

namespace sipsonde {

// Looks at the live traffic of an interface for about two seconds and says what SIP it saw ("14 messages in
// 2 s"); nothing when it saw none.
using LiveLook = std::function<std::optional<std::string>(const std::string& interface)>;

// Prints the findings as they come. Returns the exit code: 1 if `sipsonde run` cannot work, else 0. `look`
// may be empty: then there is no line about SIP. It is called only when everything that `run` needs is there.
int doctor_command(const DoctorOptions& options, const LiveLook& look, std::ostream& out,
                   const HostPaths& paths = {});

}  // namespace sipsonde
