// SPDX-License-Identifier: Apache-2.0
// A /proc and /sys of the test's own, gone with it.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/host_paths.h"

namespace sipsonde {

class FakeHost {
 public:
  FakeHost() {
    char name[] = "/tmp/sipsonde-host-XXXXXX";
    root_ = mkdtemp(name);
    paths = {root_ + "/proc", root_ + "/sys", root_ + "/state"};
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;
  ~FakeHost() { std::filesystem::remove_all(root_); }

  // `path` begins with /proc or /sys.
  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
  }

  HostPaths paths;

 private:
  std::string root_;
};

}  // namespace sipsonde
