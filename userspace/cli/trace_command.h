// SPDX-License-Identifier: Apache-2.0
// `sipsonde trace`: a call's story, as a diagram in the terminal, as SVG or as JSON.
#pragma once

#include <ostream>

#include "base/result.h"
#include "cli/api_client.h"
#include "cli/asking_options.h"
#include "cli/terminal.h"

namespace sipsonde {

Result<Done> trace_command(const TraceOptions& options, const AskApi& ask, const Terminal& terminal,
                           std::ostream& out);

}  // namespace sipsonde
