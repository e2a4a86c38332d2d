// SPDX-License-Identifier: Apache-2.0
// The setting `interfaces`: names, and patterns of names ("eth*", "cali*") for interfaces that come and go.
#pragma once

#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace sipsonde {

// glob(7): has a *, ? or [.
bool is_pattern(const std::string& name);

// Interfaces of this network namespace that some pattern in `wanted` fits, in the kernel's order. The
// loopback device and other named ones only where a name says so.
std::vector<std::string> interfaces_that_fit(const std::vector<std::string>& wanted);

// Told by the kernel when an interface appears, goes, or is renamed (RTNLGRP_LINK).
class InterfaceChanges {
 public:
  // Without it, whoever looks once a second sees the same a little later.
  static Result<InterfaceChanges> subscribe();
  int fd() const { return socket_.get(); }
  // Takes what was told; what matters is only that there was something.
  void drain();

 private:
  explicit InterfaceChanges(FileDescriptor socket) : socket_(std::move(socket)) {}
  FileDescriptor socket_;
};

}  // namespace sipsonde
