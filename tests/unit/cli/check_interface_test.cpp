// SPDX-License-Identifier: Apache-2.0
#include "cli/check_interface.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

using Level = Finding::Level;

Link physical_link() {
  Link link;
  link.name = "eth0";
  link.up = link.carrier = true;
  link.mtu = 1500;
  link.driver = "mlx5_core";
  link.parent = "0000:00:03.0";
  return link;
}

TEST(Link, ThatIsDownOrWithoutCarrierIsAWarning) {
  Link link = physical_link();
  EXPECT_EQ(judge_link_state(link).level, Level::ok);
  link.carrier = false;
  EXPECT_EQ(judge_link_state(link).level, Level::warn);
  link.up = false;
  EXPECT_EQ(judge_link_state(link).remedy, "ip link set eth0 up");
}

TEST(Link, IsPhysicalWhenItBelongsToADeviceAndHasNoKind) {
  Link link = physical_link();
  EXPECT_EQ(judge_device(link).finding, "mlx5_core, physical (0000:00:03.0)");
  link.virtual_kind = "vlan";
  link.driver = "802.1Q VLAN Support";
  EXPECT_EQ(judge_device(link).finding, "802.1Q VLAN Support, virtual (vlan)");
  link = {};
  link.driver = link.virtual_kind = "veth";
  EXPECT_EQ(judge_device(link).finding, "veth, virtual");
}

TEST(NativeXdp, TheDriversWordCountsMoreThanTheList) {
  const Link link = physical_link();
  EXPECT_EQ(judge_native_xdp(link, std::nullopt, false).remedy, "sipsonde doctor -i eth0 --try-xdp");
  EXPECT_EQ(judge_native_xdp(link, false, false).finding, "not in this driver; tc takes ingress");
  EXPECT_EQ(judge_native_xdp(link, true, true).finding, "in the driver, and tried: the link stays");
  Link other = link;
  other.driver = "e1000";
  EXPECT_EQ(judge_native_xdp(other, std::nullopt, false).finding,
            "not in this driver (by the list of drivers); tc takes ingress");
}

TEST(NativeXdp, IsNotAdvisedOnAVirtualInterface) {
  Link link = physical_link();
  link.driver = link.virtual_kind = "veth";
  EXPECT_EQ(judge_native_xdp(link, true, false).finding,
            "in the driver; tc is faster on a virtual interface");
}

TEST(Finding, IsOneLineWithItsRemedyBehindIt) {
  EXPECT_EQ(render_finding({Level::ok, "kernel", "6.1.0 x86_64", {}}),
            "ok    kernel              6.1.0 x86_64");
  EXPECT_EQ(render_finding({Level::fail, "capabilities", "lacks CAP_BPF", "run as root"}),
            "FAIL  capabilities        lacks CAP_BPF; run as root");
  EXPECT_EQ(render_finding({Level::warn, "x", "a\nb", {}}), "warn  x                   a b");
}

TEST(Finding, OnlyAFailureKeepsRunFromWorking) {
  EXPECT_TRUE(run_can_work({{Level::ok, "a", "b", {}}, {Level::warn, "a", "b", {}}}));
  EXPECT_FALSE(run_can_work({{Level::ok, "a", "b", {}}, {Level::fail, "a", "b", {}}}));
}

}  // namespace
}  // namespace sipsonde
