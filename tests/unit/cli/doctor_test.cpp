// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor.h"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/bpf_trials.h"
#include "cli/xdp_trial.h"
#include "fake_host.h"
#include "veth_pair.h"

namespace sipsonde {
namespace {

class DoctorOnVeth : public testing::Test {
 protected:
  void SetUp() override {
    if (!VethPair().make()) GTEST_SKIP() << "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and iproute2";
    if (try_map() != 0 || try_tc_program() != 0) GTEST_SKIP() << "needs CAP_BPF";
    // The kernel's own trees; only what is written goes to the test's directory.
    paths_.state = host_.paths.state;
  }

  int examine(const DoctorOptions& options, const LiveLook& look = {}) {
    std::ostringstream out;
    const int code = doctor_command(options, look, out, paths_);
    text_ = out.str();
    return code;
  }

  // The line about `what`, empty when there is none.
  std::string line_about(const std::string& what) const {
    std::istringstream lines(text_);
    for (std::string line; std::getline(lines, line);)
      if (line.substr(6).starts_with(what)) return line;
    return {};
  }

  FakeHost host_;
  HostPaths paths_;
  std::string text_;
};

TEST_F(DoctorOnVeth, EveryLineHasALevelAndAFinding) {
  EXPECT_EQ(examine({.interface = "probe0"}), 0) << text_;
  std::istringstream lines(text_);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(line.starts_with("ok    ") || line.starts_with("warn  ") || line.starts_with("FAIL  "))
        << line;
    EXPECT_GT(line.size(), 26u) << line;
  }
  EXPECT_GE(count, 15u);
  EXPECT_EQ(line_about("XDP slot"), "ok    XDP slot            free");
  EXPECT_EQ(line_about("device"), "ok    device              veth, virtual");
  EXPECT_TRUE(line_about("SIP ").empty()) << "nobody looked";
}

TEST_F(DoctorOnVeth, AMissingInterfaceMeansThatRunCannotWork) {
  EXPECT_EQ(examine({.interface = "nosuchif0"}), 1);
  EXPECT_EQ(
      line_about("interface"),
      "FAIL  interface           interface \"nosuchif0\": not on this host; see `ip link` for its names");
}

TEST_F(DoctorOnVeth, WithoutADefaultRouteAnInterfaceMustBeNamed) {
  EXPECT_EQ(examine({}), 1);
  EXPECT_NE(line_about("interface").find("name an interface with -i"), std::string::npos) << text_;
  ASSERT_TRUE(VethPair::run("ip addr add 192.0.2.1/24 dev probe0 && ip route add default via 192.0.2.2"));
  EXPECT_EQ(examine({}), 0) << text_;
  EXPECT_EQ(line_about("interface"), "ok    interface probe0    up, MTU 1500");
}

TEST_F(DoctorOnVeth, TheLookAtTrafficIsReported) {
  std::string looked_at;
  EXPECT_EQ(examine({.interface = "probe0"},
                    [&](const std::string& interface) {
                      looked_at = interface;
                      return std::optional<std::string>("14 messages in 2 s");
                    }),
            0);
  EXPECT_EQ(looked_at, "probe0");
  EXPECT_EQ(line_about("SIP "), "ok    SIP                 14 messages in 2 s");
  examine({.interface = "probe0"}, [](const std::string&) { return std::nullopt; });
  EXPECT_TRUE(line_about("SIP ").starts_with("warn  SIP                 none seen; ")) << text_;
}

TEST_F(DoctorOnVeth, ANeighboursFilterIsNamedAndLeftAlone) {
  ASSERT_TRUE(VethPair::run("tc qdisc add dev probe0 clsact"));
  if (!VethPair::run("tc filter add dev probe0 egress pref 7 bpf bytecode '1,6 0 0 4294967295,'"))
    GTEST_SKIP() << "this kernel has no bpf classifier";
  EXPECT_EQ(examine({.interface = "probe0"}), 0) << text_;
  EXPECT_TRUE(VethPair::run("tc filter show dev probe0 egress | grep -q bytecode"));
}

}  // namespace
}  // namespace sipsonde
