// SPDX-License-Identifier: Apache-2.0
// RTP streams in the kernel: when one is believed, whose it is, and what its worker hears of it.
#include <random>

#include "media_fixture.h"

namespace sipsonde::testing {
namespace {

constexpr std::uint32_t kCall = 0xc0000001, kOtherCall = 0x40000002;
constexpr std::uint8_t kPcmu = SIPSONDE_CODEC_pcmu | SIPSONDE_CLOCK_8000 << SIPSONDE_STREAM_CODEC_BITS;
constexpr std::uint8_t kOpus = SIPSONDE_CODEC_opus | SIPSONDE_CLOCK_48000 << SIPSONDE_STREAM_CODEC_BITS;

class Streams : public MediaFixture {};

// ---- belief ----

TEST_F(Streams, AreBelievedAfterTwoPacketsInOrderWhichAreBothCredited) {
  EXPECT_TRUE(pass(Rtp{.sequence = 7}).empty());
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcmu), 0u);
  const std::uint64_t first_ns = now_ns_;
  wait(20);
  const auto samples = pass(Rtp{.sequence = 8, .timestamp = 160});
  ASSERT_EQ(samples.size(), 1u);
  const sipsonde_stream_note note = note_of(samples[0]);
  EXPECT_EQ(note.news, SIPSONDE_STREAM_NEWS_believed);
  EXPECT_EQ(note.ssrc, 0x1234abcdu);
  EXPECT_EQ(note.codec, kPcmu);
  EXPECT_EQ(note.first_ns, first_ns);
  EXPECT_EQ(note.has_call, 0);
  EXPECT_EQ(samples[0].head.time_ns, now_ns_);
  EXPECT_EQ(samples[0].head.dst_port, 20000);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcmu), 2u);
  EXPECT_EQ(counters().rtp_bytes[SIPSONDE_FLOW_ingress][SIPSONDE_CODEC_pcmu], 2u * 172);
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_other), 1u);
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_rtp), 1u);
  const sipsonde_stream stream = stream_of(note);
  EXPECT_EQ(stream.key, note.key);
  EXPECT_EQ(stream.bytes, 2u * 172);
  EXPECT_EQ(stream.highest - stream.base + 1, 2u);
}

TEST_F(Streams, BeginWithTheFirstOfTwoInOrder) {
  for (const std::uint16_t sequence : Sequences{7, 90, 3000, 3001}) pass(Rtp{.sequence = sequence});
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcmu), 2u);
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_rtp), 1u);
}

TEST_F(Streams, ToAnAnnouncedAddressAreBelievedAtOnce) {
  announce("198.51.100.2", 20000, kCall, {{111, SIPSONDE_CODEC_opus, SIPSONDE_CLOCK_48000}});
  const auto samples = pass(Rtp{.type = 111});
  ASSERT_EQ(samples.size(), 1u);
  const sipsonde_stream_note note = note_of(samples[0]);
  EXPECT_EQ(note.news, SIPSONDE_STREAM_NEWS_believed);
  EXPECT_EQ(note.has_call, 1);
  EXPECT_EQ(note.codec, kOpus);
  EXPECT_EQ(samples[0].head.call_hash, kCall);
  EXPECT_EQ(samples[0].worker, probe_->worker_of(kCall));
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_opus), 1u);
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_rtp), 1u);
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_other), 0u);
  EXPECT_EQ(stream_of(note).bytes, 172u);
}

TEST_F(Streams, FromAnAnnouncedAddressAreBelievedToo) {
  announce("192.0.2.1", 16384, kCall);
  const auto samples = pass(Rtp{});
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples[0].head.call_hash, kCall);
}

TEST_F(Streams, BelongToTheCallOfTheirDestinationBeforeThatOfTheirSource) {
  announce("192.0.2.1", 16384, kOtherCall);
  announce("198.51.100.2", 20000, kCall);
  const auto samples = pass(Rtp{});
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples[0].head.call_hash, kCall);
}

TEST_F(Streams, OfIpv6AreStreamsLikeAnyOther) {
  const Route route{"2001:db8::1", 16384, "2001:db8::2", 20000};
  announce("2001:db8::2", 20000, kCall);
  const auto samples = pass(Rtp{}, route);
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples[0].head.call_hash, kCall);
}

TEST_F(Streams, OfNoiseAreNeverBelieved) {
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    std::string noise(12 + random() % 60, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    noise[0] = static_cast<char>(0x80 | (random() & 0x3f));  // version 2, else it would be none at all
    EXPECT_TRUE(pass(noise).empty() || static_cast<unsigned char>(noise[1]) >= 192);
  }
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_rtp), 0u);
}

TEST_F(Streams, OfBothFlowsOnOneInterfaceAreTwo) {
  std::vector<sipsonde_stream_note> notes;
  for (const std::uint16_t sequence : Sequences{1, 2, 3})
    for (const auto flow : {SIPSONDE_FLOW_egress, SIPSONDE_FLOW_ingress})
      for (const KeptSample& sample : pass(Rtp{.sequence = sequence}, {}, flow))
        notes.push_back(note_of(sample));
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_NE(notes[0].key, notes[1].key);
  for (const sipsonde_stream_note& note : notes) EXPECT_EQ(stream_of(note).duplicates, 0u);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcmu, SIPSONDE_FLOW_ingress), 3u);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcmu, SIPSONDE_FLOW_egress), 3u);
}

TEST_F(Streams, OfTwoInterfacesAreTwo) {
  std::size_t believed = 0;
  for (const std::uint16_t sequence : Sequences{1, 2})
    for (const std::uint32_t ifindex : {3u, 4u})
      believed += pass(Rtp{.sequence = sequence}, {}, SIPSONDE_FLOW_ingress, ifindex).size();
  EXPECT_EQ(believed, 2u);
}

TEST_F(Streams, InABufferOfSeveralSegmentsAreCountedOneByOne) {
  pass(std::string(8, '\xff'));  // sets the clock
  std::string buffer;
  for (const std::uint16_t sequence : Sequences{1, 2, 3, 4}) buffer += Rtp{.sequence = sequence}.bytes();
  buffer.resize(buffer.size() - 60);  // the last may be shorter
  EXPECT_EQ(send_segments(Route{}.carry(buffer), 172, 4).size(), 1u);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcmu), 4u);
  EXPECT_EQ(counters().rtp_bytes[SIPSONDE_FLOW_ingress][SIPSONDE_CODEC_pcmu], 4u * 172 - 60);
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_rtp), 3u);
}

// ---- whose it is ----

TEST_F(Streams, AreAssociatedWhenTheirEndpointIsAnnouncedLater) {
  Rtp rtp{.type = 111};
  const sipsonde_stream_note believed = believe(rtp);
  EXPECT_EQ(believed.codec, SIPSONDE_CODEC_unknown);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_unknown), 2u);
  announce("198.51.100.2", 20000, kCall, {{111, SIPSONDE_CODEC_opus, SIPSONDE_CLOCK_48000}});
  const auto samples = run_on(rtp, 64);
  ASSERT_EQ(samples.size(), 1u);
  const sipsonde_stream_note note = note_of(samples[0]);
  EXPECT_EQ(note.news, SIPSONDE_STREAM_NEWS_associated);
  EXPECT_EQ(note.key, believed.key);
  EXPECT_EQ(note.slot, believed.slot);
  EXPECT_EQ(note.codec, kOpus);
  EXPECT_EQ(note.has_call, 1);
  EXPECT_EQ(samples[0].head.call_hash, kCall);
  EXPECT_EQ(samples[0].worker, probe_->worker_of(kCall));
  EXPECT_GT(packets_of(SIPSONDE_CODEC_opus), 0u);
  EXPECT_TRUE(run_on(rtp, 200).empty());  // told once
}

TEST_F(Streams, GoOverToTheCallThatTakesTheirEndpoint) {
  announce("198.51.100.2", 20000, kCall);
  Rtp rtp;
  pass(rtp);
  announce("198.51.100.2", 20000, kOtherCall);
  const auto samples = run_on(rtp, 64);
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(note_of(samples[0]).news, SIPSONDE_STREAM_NEWS_associated);
  EXPECT_EQ(samples[0].head.call_hash, kOtherCall);
  EXPECT_EQ(samples[0].worker, probe_->worker_of(kOtherCall));
}

TEST_F(Streams, KeepTheirCallWhenItsEndpointIsWithdrawn) {
  announce("198.51.100.2", 20000, kCall);
  Rtp rtp;
  const auto first = pass(rtp);
  ASSERT_EQ(first.size(), 1u);
  withdraw("198.51.100.2", 20000, kOtherCall);  // is not that call's
  withdraw("198.51.100.2", 20000, kCall);
  EXPECT_TRUE(run_on(rtp, 130).empty());
  EXPECT_EQ(stream_of(note_of(first[0])).call_hash, kCall);
}

TEST_F(Streams, AreToldAgainWhenTheAgentAsks) {
  announce("198.51.100.2", 20000, kCall);
  Rtp rtp;
  const auto first = pass(rtp);
  ASSERT_EQ(first.size(), 1u);
  const sipsonde_stream_note note = note_of(first[0]);
  EXPECT_TRUE(run_on(rtp, 130).empty());
  probe_->media().ask_again(note.slot, note.key + 1);  // another stream's key: nothing happens
  EXPECT_TRUE(run_on(rtp, 130).empty());
  probe_->media().ask_again(note.slot, note.key);
  const auto again = run_on(rtp, 130);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(note_of(again[0]).news, SIPSONDE_STREAM_NEWS_associated);
}

TEST_F(Streams, OfNoCallComeToOneWorkerBothWaysAndWithTheirRtcp) {
  Rtp there, back;
  pass(there);
  const auto one = run_on(there, 1);
  pass(back, Route{}.back());
  const auto other = run_on(back, 1, Route{}.back());
  const auto rtcp =
      pass(std::string("\x80\xc9\0\1", 4) + std::string(4, '\1') + std::string(4, '\0'), Route{}.of_rtcp());
  ASSERT_EQ(one.size(), 1u);
  ASSERT_EQ(other.size(), 1u);
  EXPECT_EQ(one[0].head.call_hash, other[0].head.call_hash);
  EXPECT_EQ(one[0].worker, other[0].worker);
  EXPECT_EQ(one[0].worker, probe_->worker_of(one[0].head.call_hash));
  ASSERT_EQ(rtcp.size(), 1u);
  EXPECT_EQ(rtcp[0].head.call_hash, one[0].head.call_hash);
}

// ---- the table ----

TEST_F(Streams, GiveWayToNewOnesWhenTheTableIsFullWhichIsCounted) {
  load_for(16);
  const auto of = [](std::uint32_t ssrc, std::uint16_t sequence) {
    return Rtp{.sequence = sequence, .ssrc = ssrc};
  };
  for (std::uint32_t ssrc = 1; ssrc <= 16; ++ssrc, wait(1)) {
    pass(of(ssrc, 1));
    pass(of(ssrc, 2));
  }
  const auto evictions = [this] { return counters().evictions[SIPSONDE_TABLE_streams]; };
  EXPECT_EQ(counters().occupied[SIPSONDE_TABLE_streams], 16u);
  EXPECT_EQ(evictions(), 0u);
  pass(of(17, 1));  // in the place of the first
  EXPECT_EQ(evictions(), 1u);
  pass(of(17, 2));
  EXPECT_EQ(pass(of(2, 3)).size(), 0u);  // is still there
  EXPECT_EQ(evictions(), 1u);
  pass(of(1, 3));  // must begin anew
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_rtp), 16u + 1 + 1);
  EXPECT_EQ(counters().occupied[SIPSONDE_TABLE_streams], 16u);
}

TEST_F(Streams, ThatWereSilentOrNeverBelievedGiveWayUncounted) {
  load_for(16);
  for (std::uint32_t ssrc = 1; ssrc <= 40; ++ssrc, wait(1)) pass(Rtp{.ssrc = ssrc});
  EXPECT_EQ(counters().evictions[SIPSONDE_TABLE_streams], 0u);
  for (std::uint32_t ssrc = 41; ssrc <= 56; ++ssrc, wait(1)) {
    Rtp rtp{.ssrc = ssrc};
    believe(rtp);
  }
  const __u64 before = counters().evictions[SIPSONDE_TABLE_streams];
  wait(31'000);
  pass(Rtp{.ssrc = 99});
  EXPECT_EQ(counters().evictions[SIPSONDE_TABLE_streams], before);
}

TEST_F(Streams, ThatSendAreFoundWhileAFloodOfOthersPassesThroughTheTable) {
  load_for(64);
  Rtp rtp{.ssrc = 7};
  believe(rtp);
  for (std::uint32_t other = 1000; other < 3000; ++other, wait(1)) {
    pass(Rtp{.ssrc = other});
    if (other % 20 == 0) pass(Rtp{.sequence = ++rtp.sequence, .ssrc = 7});
  }
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_rtp), 1u + 100);
  EXPECT_EQ(counters().evictions[SIPSONDE_TABLE_streams], 0u);
  EXPECT_EQ(counters().occupied[SIPSONDE_TABLE_streams], 64u);
}

}  // namespace
}  // namespace sipsonde::testing
