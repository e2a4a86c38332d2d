// SPDX-License-Identifier: Apache-2.0
// `sipsonde replay`: a capture takes the place of the interfaces; everything after that is the same code, the
// kernel programs included.
#pragma once

#include "base/result.h"
#include "cli/command_line.h"

namespace sipsonde {

Result<Done> replay(const ReplayOptions& options);

}  // namespace sipsonde
