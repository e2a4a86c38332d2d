// SPDX-License-Identifier: Apache-2.0
// From everything an operator can say to one validated Settings: defaults, over them the file, over it the
// environment, over it the flags.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"

namespace sipsonde {

struct SettingsSources {
  std::optional<std::string> file;        // -c FILE
  std::vector<std::string> environment;   // "NAME=value"; environment_of_this_process() in production
  std::vector<std::string> interfaces;    // -i IF, repeated
  std::optional<std::string> output_dir;  // -o DIR
  // A replay is called `replay` and writes events and records only where it is told to: the defaults are
  // the files of the live agent.
  bool replay = false;
};

// By path, as in schema.h: "default", "sipsonde.yaml:3", "environment SIPSONDE_WORKERS", "flag --output".
using Origins = std::map<std::string, std::string, std::less<>>;

struct LoadedSettings {
  Settings settings;
  Origins origins;
};

// An error is one line that names the place and the remedy; its exit code is 2.
Result<LoadedSettings> load_settings(const SettingsSources& sources);

std::vector<std::string> environment_of_this_process();

}  // namespace sipsonde
