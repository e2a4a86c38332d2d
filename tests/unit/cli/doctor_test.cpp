// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <net/if.h>

#include <iterator>
#include <sstream>

#include "probe/bpf_trials.h"
#include "probe/link.h"
#include "probe/xdp_trial.h"
#include "support/fake_host.h"
#include "support/veth_pair.h"

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

// A filter on clsact, whose program lives on when nobody holds it.
bool attach_filter(const std::string& interface, const char* program_name) {
  bpf_insn code[2] = {};
  code[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  code[0].imm = -1;  // TC_ACT_UNSPEC
  code[1].code = BPF_JMP | BPF_EXIT;
  const FileDescriptor program(
      bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, program_name, "GPL", code, std::size(code), nullptr));
  LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = static_cast<int>(if_nametoindex(interface.c_str())),
              .attach_point = BPF_TC_EGRESS);
  LIBBPF_OPTS(bpf_tc_opts, filter, .prog_fd = program.get(), .handle = 1, .priority = 7);
  return program && bpf_tc_hook_create(&hook) == 0 && bpf_tc_attach(&hook, &filter) == 0;
}

TEST_F(DoctorOnVeth, ANeighboursFilterIsNamedAndLeftAlone) {
  ASSERT_TRUE(attach_filter("probe0", "neighbour"));
  EXPECT_EQ(examine({.interface = "probe0"}), 0) << text_;
  const std::string line = line_about("tc egress");
  EXPECT_TRUE(line.starts_with("ok    tc egress           clsact: \"neighbour\" (id ")) << text_;
  EXPECT_TRUE(line.ends_with("; it is left alone")) << line;
  EXPECT_EQ(tc_programs(static_cast<int>(if_nametoindex("probe0"))).size(), 1u);
}

TEST_F(DoctorOnVeth, AFilterOfOursThatNobodyHoldsIsLeftOver) {
  ASSERT_TRUE(attach_filter("probe0", "sipsonde_tc"));
  EXPECT_EQ(examine({.interface = "probe0"}), 0) << text_;
  const std::string line = line_about("tc egress");
  EXPECT_TRUE(line.starts_with("warn  tc egress           clsact: \"sipsonde_tc\" (id ")) << text_;
  EXPECT_TRUE(line.ends_with("; left by an earlier run: sipsonde detach")) << line;
}

}  // namespace
}  // namespace sipsonde
