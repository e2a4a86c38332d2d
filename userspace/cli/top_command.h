// SPDX-License-Identifier: Apache-2.0
// `sipsonde top`: what an agent sees and does at the moment, each second.
#pragma once

#include <functional>
#include <ostream>

#include "base/result.h"
#include "cli/agent_stats.h"
#include "cli/api_client.h"
#include "cli/asking_options.h"
#include "cli/terminal.h"

namespace sipsonde {

// Waits for a second; false when the user wants to end.
using NextSecond = std::function<bool()>;

Result<Done> top_command(const TopOptions& options, const AskApi& ask, const Terminal& terminal,
                         const NextSecond& next_second, std::ostream& out);

// Lines for a person, and one JSON object on one line.
std::string top_page(const AgentStats& before, const AgentStats& now);
std::string top_json(const AgentStats& before, const AgentStats& now);

}  // namespace sipsonde
