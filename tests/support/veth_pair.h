// SPDX-License-Identifier: Apache-2.0
// Two veth interfaces in a network namespace that is this process's own: it goes with the process, however
// that ends, and takes the interfaces along.
#pragma once

#include <sched.h>
#include <stdlib.h>

#include <string>

namespace sipsonde {

class VethPair {
 public:
  // Moves the process, for good. False without privileges or without `ip`.
  bool make() const {
    return unshare(CLONE_NEWNET) == 0 && run("ip link set lo up") &&
           run("ip link add probe0 type veth peer name far0") && run("ip link set probe0 up") &&
           run("ip link set far0 up");
  }

  static bool run(const std::string& command) { return system((command + " >/dev/null 2>&1").c_str()) == 0; }
};

}  // namespace sipsonde
