// SPDX-License-Identifier: Apache-2.0
// The accounts of bpf/parse/rtp.h, compiled for the host, and the model's side by side.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cstring>

#include "parse/rtp.h"
#include "support/rtp_model.h"

namespace sipsonde::testing {

using Place = SequenceModel::Place;

class BothAccounts {
 public:
  explicit BothAccounts(std::uint16_t first) : model_(first) {
    const rtp_header rtp{.ssrc = 1, .timestamp = 0, .sequence = first, .payload_type = 0, .marker = 0};
    std::memset(&stream_, 0x5a, sizeof stream_);  // what a stream before it left behind
    begin_stream(&stream_, &rtp, 1);
  }

  // Where the packet falls; both must say the same of all that they count.
  Place take(std::uint16_t sequence) {
    const __u32 lost_before = stream_.lost;
    __u32 lost = 0;
    const rtp_place place =
        take_next_sequence(&stream_, sequence) ? RTP_IN_ORDER : take_odd_sequence(&stream_, sequence, &lost);
    const Place expected = model_.take(sequence);
    EXPECT_EQ(static_cast<int>(place), static_cast<int>(expected));
    EXPECT_EQ(stream_.lost - lost_before, lost);
    compare();
    return expected;
  }
  void take_all(std::initializer_list<int> sequences) {
    for (const int sequence : sequences) take(static_cast<std::uint16_t>(sequence));
  }
  // `count` packets in order.
  void run_on(int count) {
    for (int i = 0; i < count; ++i) take(static_cast<std::uint16_t>(stream_.highest + 1));
  }

  const sipsonde_stream& stream() const { return stream_; }
  __u32 expected() const { return stream_.highest - stream_.base + 1; }

 private:
  void compare() const {
    EXPECT_EQ(stream_.highest, static_cast<__u32>(model_.highest()));
    EXPECT_EQ(expected(), model_.expected());
    EXPECT_EQ(stream_.lost, model_.lost);
    EXPECT_EQ(stream_.loss_runs, model_.runs);
    EXPECT_EQ(stream_.duplicates, model_.duplicates);
    EXPECT_EQ(stream_.reordered, model_.reordered);
    EXPECT_EQ(stream_.reorder_depth, model_.depth);
    EXPECT_EQ(stream_.restarts, model_.restarts);
    EXPECT_EQ(open(), model_.open());
    EXPECT_EQ(model_.expected() - model_.lost - model_.open(), model_.unique);  // nothing is counted twice
  }
  std::uint64_t open() const {
    constexpr std::uint64_t kUndecided = (1ULL << (SIPSONDE_STREAM_MISORDER - 64)) - 1;
    return static_cast<std::uint64_t>(std::popcount(~stream_.window[0]) +
                                      std::popcount(~stream_.window[1] & kUndecided));
  }

  sipsonde_stream stream_;
  SequenceModel model_;
};

}  // namespace sipsonde::testing
