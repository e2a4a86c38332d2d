// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sipsonde {

// Where the kernel shows itself; tests give trees of their own.
struct HostPaths {
  std::string proc = "/proc";
  std::string sys = "/sys";
  std::string state = "/var/lib/sipsonde";  // results of XDP trials
};

// The first line of a file, empty when there is none to read.
std::string first_line(const std::string& path);

}  // namespace sipsonde
