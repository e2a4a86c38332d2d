// SPDX-License-Identifier: Apache-2.0
// The loaded kernel half under BPF_PROG_TEST_RUN: frames in, counters and samples out. Needs root.
#pragma once

#include <bpf/bpf.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
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
  unsigned worker = 0;  // whose ring it came from
};

class KernelFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to load programs";
    load(Settings{});
  }

  void load(const Settings& settings, unsigned workers = 1, ProgramSet wanted = {}) {
    rings_.clear();
    probe_.reset();
    auto loaded = Probe::load(settings, workers, Purpose::replay, wanted);
    ASSERT_TRUE(loaded) << loaded.error().message;
    probe_ = std::make_unique<Probe>(std::move(*loaded));
    for (unsigned worker = 0; worker < workers; ++worker) {
      auto ring = SampleRing::open(probe_->ring_fd(worker), [this, worker](const Sample& sample) {
        samples_.push_back({sample.head, std::string(sample.payload), worker});
      });
      ASSERT_TRUE(ring) << ring.error().message;
      rings_.push_back(std::move(*ring));
    }
  }

  // Sends a frame; returns what it put into the rings.
  std::vector<KeptSample> send(const std::string& frame, Program program = Program::tc_ingress,
                               std::uint32_t ifindex = 1) {
    return send_as(frame, program,
                   {.now_ns = now_ns_,
                    .ifindex = ifindex,
                    .flow = static_cast<__u8>(program == Program::tc_egress ? SIPSONDE_FLOW_egress
                                                                            : SIPSONDE_FLOW_ingress),
                    .hook = static_cast<__u8>(program == Program::xdp ? SIPSONDE_HOOK_xdp : SIPSONDE_HOOK_tc),
                    .reserved = {}});
  }
  std::vector<KeptSample> send_as(const std::string& frame, Program program, const sipsonde_replay& how) {
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(frame.data()), frame.size());
    const auto sent = probe_->replay_frame(program, how, bytes);
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().message);
    return drained();
  }

  // A buffer of several datagrams under one header, as UDP GSO makes them; seen as the frame sent last was.
  std::vector<KeptSample> send_segments(const std::string& frame, std::uint32_t segment_bytes,
                                        std::uint32_t segments) {
    __sk_buff buffer{};
    buffer.gso_size = segment_bytes;
    buffer.gso_segs = segments;
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame.data(),
                .data_size_in = static_cast<std::uint32_t>(frame.size()), .repeat = 1);
    options.ctx_in = &buffer;
    options.ctx_size_in = sizeof buffer;
    EXPECT_EQ(bpf_prog_test_run_opts(probe_->program_fd(Program::tc_ingress), &options), 0);
    return drained();
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
  std::vector<KeptSample> drained() {
    samples_.clear();
    for (const auto& ring : rings_) ring->drain();
    return samples_;
  }

  std::vector<std::unique_ptr<SampleRing>> rings_;
  std::vector<KeptSample> samples_;
  std::unique_ptr<sipsonde_counters> counters_;
};

}  // namespace sipsonde::testing
