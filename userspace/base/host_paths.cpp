// SPDX-License-Identifier: Apache-2.0
#include "base/host_paths.h"

#include <fstream>

namespace sipsonde {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace sipsonde
