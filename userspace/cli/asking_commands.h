// SPDX-License-Identifier: Apache-2.0
// The part of the command line that asks a running agent: trace, calls, top, status.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/asking_options.h"

namespace CLI {
class App;
}

namespace sipsonde {

// What CLI11 fills in, through references: it stays where it is.
struct AskingCommands {
  TraceOptions trace;
  CallsOptions calls;
  TopOptions top;
  StatusOptions status;

  void add_to(CLI::App& app);
  // Those that were given must not be empty.
  std::vector<const std::optional<std::string>*> texts() const;
};

}  // namespace sipsonde
