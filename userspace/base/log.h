// SPDX-License-Identifier: Apache-2.0
// Log lines go to stderr, as text or as JSON; stdout belongs to what a command was asked to print.
#pragma once

#include <spdlog/formatter.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sipsonde {

// level: trace debug info warn error off; format: text | json.
Result<Done> configure_log(const std::string& level, const std::string& format);

// One line of JSON for each message, valid whatever the message holds: {"ts":…,"level":…,"message":…}.
std::unique_ptr<spdlog::formatter> json_log_formatter();

// Bytes from a packet as they may stand in a log line: printable ASCII, the rest as \xNN, at most 200.
std::string printable(std::string_view bytes);

}  // namespace sipsonde
