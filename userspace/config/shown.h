// SPDX-License-Identifier: Apache-2.0
// Settings as `sipsonde config` prints them: YAML that reads back as the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"

namespace sipsonde {

inline std::string show_flag(bool flag) {
  return flag ? "true" : "false";
}
// `off` when there is none.
std::string show_path(const std::string& path);
std::string show_path(const std::optional<FileSink>& file);
std::string show_listen(const std::optional<ListenAddress>& address);
std::string show_words(const std::vector<std::string>& words);

}  // namespace sipsonde
