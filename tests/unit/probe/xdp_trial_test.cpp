// SPDX-License-Identifier: Apache-2.0
#include "probe/xdp_trial.h"

#include <bpf/bpf.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>

#include "probe/bpf_trials.h"
#include "probe/kernel_constants.h"
#include "support/fake_host.h"
#include "support/veth_pair.h"

namespace sipsonde {
namespace {

using std::chrono::milliseconds;

// Needs root: each test runs in a process, and so in a network namespace, of its own.
class XdpTrialOnVeth : public testing::Test {
 protected:
  void SetUp() override {
    if (!VethPair().make()) GTEST_SKIP() << "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and iproute2";
    if (!load_xdp_pass().program) GTEST_SKIP() << "needs CAP_BPF";
    auto link = read_link("probe0");
    ASSERT_TRUE(link) << link.error().message;
    link_ = *link;
  }

  std::string records() const { return host_.paths.state + "/xdp"; }

  FakeHost host_;
  Link link_;
};

TEST_F(XdpTrialOnVeth, TheLinkIsDescribedByTheKernel) {
  EXPECT_EQ(link_.name, "probe0");
  EXPECT_TRUE(link_.up);
  EXPECT_TRUE(link_.carrier);
  EXPECT_EQ(link_.mtu, 1500u);
  EXPECT_EQ(link_.driver, "veth");
  EXPECT_EQ(link_.virtual_kind, "veth");
  EXPECT_FALSE(link_.physical());
  EXPECT_TRUE(link_.xdp.empty());
}

TEST_F(XdpTrialOnVeth, AVethKeepsItsLinkAndNothingIsLeftBehind) {
  const auto trial = try_xdp(link_, milliseconds(40));
  ASSERT_TRUE(trial) << trial.error().message;
  EXPECT_FALSE(trial->carrier_lost);
  EXPECT_EQ(trial->carrier_changes, 0u);
  EXPECT_TRUE(read_link("probe0")->xdp.empty());
}

TEST_F(XdpTrialOnVeth, AnInterfaceWithoutCarrierIsNotTried) {
  ASSERT_TRUE(VethPair::run("ip link set far0 down"));
  const auto trial = try_xdp(*read_link("probe0"), milliseconds(40));
  ASSERT_FALSE(trial);
  EXPECT_EQ(trial.error().message, "try XDP on probe0: it is down or has no carrier; try when it is in use");
}

TEST_F(XdpTrialOnVeth, ATakenSlotIsLeftAlone) {
  const PassProgram neighbour = load_xdp_pass();
  LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
  const FileDescriptor held(bpf_link_create(neighbour.program.get(), link_.index, BPF_XDP, &options));
  ASSERT_TRUE(held);
  const Link taken = *read_link("probe0");
  ASSERT_EQ(taken.xdp.size(), 1u);
  EXPECT_EQ(taken.xdp[0].mode, "native");
  EXPECT_FALSE(try_xdp(taken, milliseconds(40)));
  EXPECT_FALSE(try_xdp(link_, milliseconds(40))) << "taken between the look and the attempt";
  EXPECT_EQ(read_link("probe0")->xdp.at(0).program_id, taken.xdp[0].program_id);

  const ProgramOwner owner = owner_of_program(taken.xdp[0].program_id, {});
  EXPECT_EQ(owner.name, "sipsonde_trial");
  ASSERT_EQ(owner.holders.size(), 1u);
  EXPECT_NE(owner.holders[0].find("[" + std::to_string(getpid()) + "]"), std::string::npos);
}

TEST_F(XdpTrialOnVeth, ARecordHoldsForThisDriverAndThisKernelOnly) {
  EXPECT_FALSE(xdp_proven("probe0", records()));
  ASSERT_TRUE(record_xdp_trial(link_, {}, records()));
  EXPECT_TRUE(xdp_proven("probe0", records()));
  EXPECT_FALSE(xdp_proven("far0", records()));

  Link other = link_;
  other.driver = "mlx5_core";
  ASSERT_TRUE(record_xdp_trial(other, {}, records()));
  EXPECT_FALSE(xdp_proven("probe0", records()));

  ASSERT_TRUE(record_xdp_trial(link_, {.carrier_lost = true}, records()));
  EXPECT_FALSE(xdp_proven("probe0", records()));
}

TEST_F(XdpTrialOnVeth, ARecordThatCannotBeWrittenIsAnError) {
  host_.write("/state", "a file where a directory should be");
  EXPECT_FALSE(record_xdp_trial(link_, {}, records()));
}

TEST_F(XdpTrialOnVeth, ANeighbourOnTcxIsListedAndNamed) {
  if (try_tcx() != 0) GTEST_SKIP() << "tcx needs Linux 6.6";
  EXPECT_TRUE(tc_programs(link_.index).empty());
  bpf_insn code[2] = {};
  code[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  code[0].imm = -1;  // TCX_NEXT
  code[1].code = BPF_JMP | BPF_EXIT;
  const FileDescriptor program(
      bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "neighbour", "GPL", code, std::size(code), nullptr));
  const FileDescriptor held(
      bpf_link_create(program.get(), link_.index, static_cast<bpf_attach_type>(kTcxEgress), nullptr));
  ASSERT_TRUE(held) << strerror(errno);
  const auto programs = tc_programs(link_.index);
  ASSERT_EQ(programs.size(), 1u);
  EXPECT_TRUE(programs[0].tcx);
  EXPECT_TRUE(programs[0].egress);
  EXPECT_EQ(owner_of_program(programs[0].program_id, {}).name, "neighbour");
}

TEST_F(XdpTrialOnVeth, TheDriverSaysThatItHasNativeXdp) {
  if (try_tcx() != 0) GTEST_SKIP() << "drivers say so since Linux 6.3, and no older kernel has tcx";
  EXPECT_EQ(says_native_xdp(link_.index), true);
}

TEST(Link, OfAnUnknownNameIsAnErrorWithExitCodeTwo) {
  const auto link = read_link("nosuchif0");
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().message, "interface \"nosuchif0\": not on this host; see `ip link` for its names");
  EXPECT_EQ(link.error().exit_code, 2);
}

}  // namespace
}  // namespace sipsonde
