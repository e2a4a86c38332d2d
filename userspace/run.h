// SPDX-License-Identifier: Apache-2.0
// `sipsonde run`: attach, export, until told to stop.
#pragma once

#include "base/result.h"
#include "cli/command_line.h"

namespace sipsonde {

Result<Done> run(const RunOptions& options);

}  // namespace sipsonde
