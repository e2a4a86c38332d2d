// SPDX-License-Identifier: Apache-2.0
// Every sink this program has. A new one is a pair of files and a line in registry.cpp.
#pragma once

#include <memory>
#include <vector>

#include "config/settings.h"
#include "facts/json.h"
#include "sinks/line_file.h"
#include "sinks/sink.h"

namespace sipsonde {

// The sinks whose block stands in the settings, opened. The trunks of `context` outlive them. `mode` is that
// of files: a replay replaces them.
Result<std::vector<std::unique_ptr<Sink>>> make_sinks(const Settings& settings, const FactContext& context,
                                                      FileMode mode = FileMode::append);

}  // namespace sipsonde
