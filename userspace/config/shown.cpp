// SPDX-License-Identifier: Apache-2.0
#include "config/shown.h"

#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {

std::string show_path(const std::string& path) {
  return path.empty() ? "off" : yaml_text(path);
}

std::string show_path(const std::optional<FileSink>& file) {
  return file ? yaml_text(file->path) : "off";
}

std::string show_listen(const std::optional<ListenAddress>& address) {
  return address ? yaml_text(to_text(*address)) : "off";
}

std::string show_words(const std::vector<std::string>& words) {
  std::vector<std::string> shown;
  for (const std::string& word : words) shown.push_back(yaml_text(word));
  return yaml_list(shown);
}

}  // namespace sipsonde
