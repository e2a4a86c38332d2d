// SPDX-License-Identifier: Apache-2.0
#include "probe/interface_drops.h"

#include <algorithm>
#include <fstream>

namespace sipsonde {

void InterfaceDrops::follow(std::vector<std::string> interfaces) {
  std::vector<Device> devices;
  for (std::string& name : interfaces) {
    const auto known = std::ranges::find(devices_, name, &Device::name);
    const std::uint64_t dropped = known != devices_.end() ? known->dropped : dropped_by(name);
    devices.push_back({std::move(name), dropped});
  }
  devices_ = std::move(devices);
}

std::uint64_t InterfaceDrops::since_last_look() {
  std::uint64_t more = 0;
  for (Device& device : devices_) {
    const std::uint64_t dropped = dropped_by(device.name);
    if (dropped > device.dropped) more += dropped - device.dropped;
    device.dropped = dropped;
  }
  return more;
}

// Not rx_dropped: that has what nobody wanted, too.
std::uint64_t InterfaceDrops::dropped_by(const std::string& name) const {
  std::uint64_t sum = 0;
  for (const char* counter : {"rx_missed_errors", "rx_fifo_errors", "rx_over_errors"}) {
    std::uint64_t value = 0;
    if (std::ifstream(root_ + "/" + name + "/statistics/" + counter) >> value) sum += value;
  }
  return sum;
}

}  // namespace sipsonde
