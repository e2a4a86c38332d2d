// SPDX-License-Identifier: Apache-2.0
#include "probe/interface_names.h"

#include <fnmatch.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace sipsonde {
namespace {

std::vector<std::string> all_interfaces() {
  std::vector<std::string> names;
  struct if_nameindex* const all = if_nameindex();
  for (auto* one = all; one && one->if_index; ++one) names.emplace_back(one->if_name);
  if (all) if_freenameindex(all);
  return names;
}

bool fits_one_of(const std::string& name, const std::vector<std::string>& wanted) {
  return std::ranges::any_of(wanted, [&](const std::string& pattern) {
    return is_pattern(pattern) && fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
  });
}

}  // namespace

bool is_pattern(const std::string& name) {
  return name.find_first_of("*?[") != std::string::npos;
}

std::vector<std::string> interfaces_that_fit(const std::vector<std::string>& wanted) {
  if (std::ranges::none_of(wanted, is_pattern)) return {};
  std::vector<std::string> names = all_interfaces();
  std::erase_if(names, [&](const std::string& name) { return name == "lo" || !fits_one_of(name, wanted); });
  return names;
}

Result<InterfaceChanges> InterfaceChanges::subscribe() {
  FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK;
  if (!socket || bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return Error{std::string("follow interfaces: ") + std::strerror(errno)};
  return InterfaceChanges(std::move(socket));
}

void InterfaceChanges::drain() {
  std::array<char, 8192> bytes;
  while (recv(socket_.get(), bytes.data(), bytes.size(), 0) > 0 || errno == ENOBUFS) {
  }
}

}  // namespace sipsonde
