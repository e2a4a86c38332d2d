// SPDX-License-Identifier: Apache-2.0
// `sipsonde calls`: the legs that an agent has in its store, or has open, latest first.
#pragma once

#include <cstdint>
#include <ostream>

#include "base/result.h"
#include "cli/api_client.h"
#include "cli/asking_options.h"
#include "cli/terminal.h"

namespace sipsonde {

// Where the list goes on is told on `notes`, so that a table can be worked on.
Result<Done> calls_command(const CallsOptions& options, const AskApi& ask, const Terminal& terminal,
                           std::int64_t now_ms, std::ostream& out, std::ostream& notes);

// The query of a page: "/calls?limit=50&q=alice". "15m" as a time is that long before now.
std::string calls_target(const CallsOptions& options, std::size_t limit, const std::string& cursor,
                         std::int64_t now_ms);

}  // namespace sipsonde
