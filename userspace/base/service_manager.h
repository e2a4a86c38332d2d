// SPDX-License-Identifier: Apache-2.0
// What systemd, or who speaks its protocol, is told: datagrams to the socket in NOTIFY_SOCKET (sd_notify(3)).
// Where nobody asks, nothing happens. Its library would bring five others into a small image for one
// datagram.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"

namespace sipsonde {

class ServiceManager {
 public:
  // As the environment says: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID.
  static ServiceManager of_this_process();

  ServiceManager(const std::string& socket, std::optional<std::chrono::microseconds> watchdog);

  void ready(std::string_view status) { tell("READY=1\nSTATUS=" + std::string(status)); }
  void stopping() { tell("STOPPING=1\nSTATUS=delivering what is left"); }
  // Still at work. Costs nothing where there is no watchdog, else one datagram each third of its time.
  void alive(std::chrono::steady_clock::time_point now);

 private:
  void tell(std::string_view message) const;

  FileDescriptor socket_;
  std::optional<std::chrono::microseconds> watchdog_;
  std::chrono::steady_clock::time_point due_{};
};

}  // namespace sipsonde
