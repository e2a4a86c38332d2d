// SPDX-License-Identifier: Apache-2.0
// The interfaces of this host that lead to pods, as the pods come and go.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/endpoint.h"

namespace sipsonde {

class PodInterfaces {
 public:
  struct Pod {
    std::string text;  // for the log
    std::vector<Address> addresses;
  };

  // Of each pod those that can be found, each once and sorted. What was found stays found as long as the pod
  // and the interface do, whatever a bridge has forgotten since. A pod without any is said once in the log.
  std::vector<std::string> leading_to(const std::vector<Pod>& pods);

 private:
  struct Found {
    std::string name;
    unsigned index = 0;
  };
  std::map<Address, Found> found_;
  std::set<std::string> said_;
};

}  // namespace sipsonde
