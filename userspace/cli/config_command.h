// SPDX-License-Identifier: Apache-2.0
// `sipsonde config`: the settings that hold, as YAML that can be read back, each with its origin.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/command_line.h"
#include "config/load.h"

namespace sipsonde {

// What the command prints on stdout.
Result<std::string> config_command(const ConfigOptions& options);

std::string render_settings(const LoadedSettings& loaded);

}  // namespace sipsonde
