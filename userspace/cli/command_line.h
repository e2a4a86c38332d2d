// SPDX-License-Identifier: Apache-2.0
// What the user typed, as one value. Nothing is done here: no file is read, nothing is printed.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "cli/asking_options.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

struct RunOptions {
  std::vector<std::string> interfaces;                // -i, in order; empty: as configured
  std::optional<std::string> config;                  // -c
  std::optional<std::string> output_dir;              // -o
  std::optional<std::chrono::milliseconds> duration;  // --for; absent: until a signal
};

struct ReplayOptions {
  std::string capture;
  std::optional<std::string> config;
  std::optional<std::string> output_dir;
  bool json = false;
  std::optional<sipsonde_hook> hook;  // --hook; absent: tc
};

struct DoctorOptions {
  std::optional<std::string> interface;  // absent: the one with the default route
  bool try_xdp = false;
};

struct DetachOptions {
  std::optional<std::string> config;
};

struct ConfigOptions {
  std::optional<std::string> config;
};

// --help or --version: print it on stdout and end with exit code 0.
struct TextToPrint {
  std::string text;
};

using Command = std::variant<RunOptions, ReplayOptions, DoctorOptions, DetachOptions, ConfigOptions,
                             TraceOptions, CallsOptions, TopOptions, StatusOptions, TextToPrint>;

// `arguments` are argv without the program's name. An error is one line, with exit code 2.
Result<Command> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace sipsonde
