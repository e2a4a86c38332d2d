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

}  // namespace sipsonde
