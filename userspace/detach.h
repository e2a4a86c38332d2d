// SPDX-License-Identifier: Apache-2.0
// `sipsonde detach`: removes whatever an earlier run may have left on any interface, and nothing else.
#pragma once

#include "base/result.h"
#include "cli/command_line.h"

namespace sipsonde {

Result<Done> detach(const DetachOptions& options);

}  // namespace sipsonde
