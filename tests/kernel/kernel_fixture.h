// SPDX-License-Identifier: Apache-2.0
// The loaded kernel half under BPF_PROG_TEST_RUN: frames in, counters and samples out. Needs root.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "probe/probe.h"
#include "ring/sample_ring.h"

namespace sipsonde::testing {

struct KeptSample {
  sipsonde_event head;
  std::string payload;
};

class KernelFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to load programs";
    load(Settings{});
  }

  void load(const Settings& settings) {
    ring_.reset();
    probe_.reset();
    auto loaded = Probe::load(settings, 1, Purpose::replay);
    ASSERT_TRUE(loaded) << loaded.error().message;
    probe_ = std::make_unique<Probe>(std::move(*loaded));
    auto ring = SampleRing::open(probe_->ring_fd(0), [this](const Sample& sample) {
      samples_.push_back({sample.head, std::string(sample.payload)});
    });
    ASSERT_TRUE(ring) << ring.error().message;
    ring_ = std::move(*ring);
  }

  // Sends a frame; returns what it put into the ring.
  std::vector<KeptSample> send(const std::string& frame, Program program = Program::tc_ingress,
                               std::uint32_t ifindex = 1) {
    const sipsonde_replay how{
        .now_ns = now_ns_,
        .ifindex = ifindex,
        .flow =
            static_cast<__u8>(program == Program::tc_egress ? SIPSONDE_FLOW_egress : SIPSONDE_FLOW_ingress),
        .hook = static_cast<__u8>(program == Program::xdp ? SIPSONDE_HOOK_xdp : SIPSONDE_HOOK_tc),
        .reserved = {}};
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(frame.data()), frame.size());
    const auto sent = probe_->replay_frame(program, how, bytes);
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().message);
    samples_.clear();
    ring_->drain();
    return samples_;
  }

  const sipsonde_counters& counters() {
    if (!counters_) counters_ = std::make_unique<sipsonde_counters>();
    probe_->read_counters(*counters_);
    return *counters_;
  }

  static constexpr std::uint64_t kMillisecond = 1'000'000;
  std::uint64_t now_ns_ = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z
  std::unique_ptr<Probe> probe_;

 private:
  std::unique_ptr<SampleRing> ring_;
  std::vector<KeptSample> samples_;
  std::unique_ptr<sipsonde_counters> counters_;
};

}  // namespace sipsonde::testing
