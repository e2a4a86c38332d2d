// SPDX-License-Identifier: Apache-2.0
// Every key of the configuration, one row each. File, environment, flags, `sipsonde config` and the test of
// docs/configuration.md all go by this table.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/given.h"
#include "config/settings.h"

namespace sipsonde {

enum class Shape : std::uint8_t { value, list, structure };  // structure: written as YAML in the environment

struct Key {
  std::string_view path;
  Shape shape;
  std::string_view help;
  Result<Done> (*read)(const Given& given, Settings& settings);
  std::string (*show)(const Settings& settings);  // as YAML, in one line
};

// In the order of the documentation; keys of one block stand together.
std::span<const Key> schema();

const Key* find_key(std::string_view path);

// True for "sip", which has keys below it.
bool is_block(std::string_view path);

// "SIPSONDE_METRICS_LISTEN" for "metrics.listen".
std::string variable_name(std::string_view path);

}  // namespace sipsonde
