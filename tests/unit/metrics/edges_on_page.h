// SPDX-License-Identifier: Apache-2.0
// The edges of a histogram as they stand on a page.
#pragma once

#include <sstream>
#include <string>

namespace sipsonde {

// Of the series that begins with `series`, as in `name_bucket{tenant="a"`; separated by blanks.
inline std::string edges_on(const std::string& page, const std::string& series) {
  std::string edges;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t edge = line.find("le=\"");
    if (!line.starts_with(series) || edge == std::string::npos) continue;
    edges += line.substr(edge + 4, line.find('"', edge + 4) - edge - 4) + " ";
  }
  return edges;
}

}  // namespace sipsonde
