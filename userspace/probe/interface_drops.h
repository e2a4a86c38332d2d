// SPDX-License-Identifier: Apache-2.0
// Packets that a watched device threw away for want of room, before any program saw them: what was lost here
// was not lost on the way to here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sipsonde {

class InterfaceDrops {
 public:
  // `root`: where the kernel shows its devices.
  explicit InterfaceDrops(std::string root = "/sys/class/net") : root_(std::move(root)) {}

  // Those that are watched now; of one that is new, what it dropped before does not count.
  void follow(std::vector<std::string> interfaces);

  // How many more there are than at the last look. A device that is away, or that came anew, has lost
  // nothing.
  std::uint64_t since_last_look();

 private:
  struct Device {
    std::string name;
    std::uint64_t dropped = 0;
  };
  std::uint64_t dropped_by(const std::string& name) const;

  std::string root_;
  std::vector<Device> devices_;
};

}  // namespace sipsonde
