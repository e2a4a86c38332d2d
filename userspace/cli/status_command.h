// SPDX-License-Identifier: Apache-2.0
// `sipsonde status`: whether an agent does its work, a line for each thing that was looked at.
#pragma once

#include <ostream>

#include "base/result.h"
#include "cli/agent_stats.h"
#include "cli/api_client.h"
#include "cli/asking_options.h"
#include "cli/finding.h"

namespace sipsonde {

// Exit code 1, with an empty message, when a finding has said that it does not.
Result<Done> status_command(const StatusOptions& options, const AskApi& ask, const std::string& url,
                            std::ostream& out);

// `ready`: what /admin/ready answers.
Findings status_findings(const AgentStats& stats, bool ready);

}  // namespace sipsonde
