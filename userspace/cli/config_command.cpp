// SPDX-License-Identifier: Apache-2.0
#include "cli/config_command.h"

#include <algorithm>
#include <vector>

#include "config/schema.h"

namespace sipsonde {
namespace {

std::vector<std::string_view> split_at_dots(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t dot; (dot = path.find('.')) != path.npos; path.remove_prefix(dot + 1))
    parts.push_back(path.substr(0, dot));
  parts.push_back(path);
  return parts;
}

std::string indented(std::size_t depth, std::string_view text) {
  return std::string(2 * depth, ' ').append(text);
}

}  // namespace

std::string render_settings(const LoadedSettings& loaded) {
  std::string out;
  std::vector<std::string_view> open;  // the blocks around the line before
  for (const Key& key : schema()) {
    std::vector<std::string_view> blocks = split_at_dots(key.path);
    const std::string_view name = blocks.back();
    blocks.pop_back();
    const auto shared = std::mismatch(blocks.begin(), blocks.end(), open.begin(), open.end()).first;
    for (auto block = shared; block != blocks.end(); ++block)
      out += indented(static_cast<std::size_t>(block - blocks.begin()), *block) + ":\n";
    // A value holds no "#" outside of quotes, so the comment is one.
    out += indented(blocks.size(), name) + ": " + key.show(loaded.settings) + "  # " +
           loaded.origins.find(key.path)->second + "\n";
    open = std::move(blocks);
  }
  return out;
}

Result<std::string> config_command(const ConfigOptions& options) {
  SettingsSources sources;
  sources.file = options.config;
  sources.environment = environment_of_this_process();
  const auto loaded = load_settings(sources);
  if (!loaded) return loaded.error();
  return render_settings(*loaded);
}

}  // namespace sipsonde
