// SPDX-License-Identifier: Apache-2.0
// One line of the doctor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

struct Finding {
  enum class Level : std::uint8_t {
    ok,
    warn,  // `run` works, but not as well as it could
    fail,  // `run` cannot work
  };

  Level level = Level::ok;
  std::string what;
  std::string finding;
  std::string remedy;  // empty when there is nothing to do
};

using Findings = std::vector<Finding>;

// "ok    kernel            6.18.44 x86_64", "FAIL  capabilities      lacks CAP_BPF; run as root or …".
std::string render_finding(const Finding& finding);

bool run_can_work(const Findings& findings);

// Where the kernel shows itself; tests give trees of their own.
struct HostPaths {
  std::string proc = "/proc";
  std::string sys = "/sys";
  std::string state = "/var/lib/sipsonde";  // results of XDP trials
};

// The first line of a file, empty when there is none to read.
std::string first_line(const std::string& path);

}  // namespace sipsonde
