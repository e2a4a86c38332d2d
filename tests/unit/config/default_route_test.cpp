// SPDX-License-Identifier: Apache-2.0
#include "config/default_route.h"

#include <gtest/gtest.h>

#include <sstream>

namespace sipsonde {
namespace {

constexpr const char* kHeadings =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

std::string interface_of(const std::string& ipv4, const std::string& ipv6) {
  std::istringstream ipv4_routes(ipv4);
  std::istringstream ipv6_routes(ipv6);
  const auto name = default_route_interface(ipv4_routes, ipv6_routes);
  return name ? *name : "error: " + name.error().message;
}

constexpr const char* kIpv6Default =
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth6\n";
constexpr const char* kIpv6Unreachable =
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n";

TEST(DefaultRoute, IsTheOneOfIpv4WithTheLowestMetric) {
  const std::string routes = std::string(kHeadings) +
                             "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
                             "eth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
                             "eth1\t000000AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
  EXPECT_EQ(interface_of(routes, kIpv6Default), "eth0");
}

TEST(DefaultRoute, IsThatOfIpv6WhereIpv4HasNone) {
  const std::string routes =
      std::string(kHeadings) + "eth1\t000000AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
  EXPECT_EQ(interface_of(routes, std::string(kIpv6Unreachable) + kIpv6Default), "eth6");
}

TEST(DefaultRoute, HalfOfTheInternetIsNoDefault) {
  const std::string routes =
      std::string(kHeadings) + "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0\n";
  EXPECT_EQ(interface_of(routes, ""),
            "error: find the default interface: this host has no default route; name an interface with -i");
}

TEST(DefaultRoute, ThatRejectsIsNone) {
  const std::string routes =
      std::string(kHeadings) + "*\t00000000\t00000000\t0200\t0\t0\t0\t00000000\t0\t0\t0\n";
  EXPECT_EQ(interface_of(routes, kIpv6Default), "eth6");
}

TEST(DefaultRoute, BrokenLinesAreSkipped) {
  EXPECT_EQ(interface_of(std::string(kHeadings) + "eth0\t0000\neth0\n\n", "zz\n" + std::string(kIpv6Default)),
            "eth6");
}

}  // namespace
}  // namespace sipsonde
