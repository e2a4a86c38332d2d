// SPDX-License-Identifier: Apache-2.0
// The commands that ask a running agent, on this process's standard output.
#pragma once

#include "base/result.h"
#include "cli/asking_options.h"

namespace sipsonde {

Result<Done> ask_for(const TraceOptions& options);
Result<Done> ask_for(const CallsOptions& options);
Result<Done> ask_for(const TopOptions& options);
Result<Done> ask_for(const StatusOptions& options);

}  // namespace sipsonde
