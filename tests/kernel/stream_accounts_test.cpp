// SPDX-License-Identifier: Apache-2.0
// What the kernel counts of RTP streams: codecs, losses, events, jitter, as counters and as the entry of a
// stream.
#include <random>

#include "media_fixture.h"
#include "support/rtp_model.h"

namespace sipsonde::testing {
namespace {

constexpr std::uint32_t kCall = 0xc0000001;

class StreamAccounts : public MediaFixture {
 protected:
  sipsonde_stream_note begin(Rtp& rtp) {
    const auto samples = pass(rtp);
    EXPECT_EQ(samples.size(), 1u);
    return samples.empty() ? sipsonde_stream_note{} : note_of(samples[0]);
  }
  // Of the telephone-event `number`, `ticks` after its beginning.
  static std::string event(int number, bool end, std::uint16_t ticks) {
    return big_endian(static_cast<unsigned>(number), 1) + big_endian(end ? 0x8a : 0x0a, 1) +
           big_endian(ticks, 2);
  }
};

// ---- counters ----

TEST_F(StreamAccounts, CountPacketsAndBytesByCodecAndFlow) {
  const struct {
    std::uint8_t type;
    sipsonde_codec codec;
  } kStatic[] = {{0, SIPSONDE_CODEC_pcmu},     {3, SIPSONDE_CODEC_gsm},   {4, SIPSONDE_CODEC_g723},
                 {8, SIPSONDE_CODEC_pcma},     {9, SIPSONDE_CODEC_g722},  {15, SIPSONDE_CODEC_g728},
                 {18, SIPSONDE_CODEC_g729},    {34, SIPSONDE_CODEC_h263}, {35, SIPSONDE_CODEC_unknown},
                 {127, SIPSONDE_CODEC_unknown}};
  std::uint32_t ssrc = 0;
  __u64 unknown = 0;
  for (const auto& one : kStatic) {
    SCOPED_TRACE(static_cast<int>(one.type));
    ++ssrc;
    for (const auto flow : {SIPSONDE_FLOW_ingress, SIPSONDE_FLOW_egress})
      for (const std::uint16_t sequence : Sequences{1, 2, 3})
        pass(Rtp{.sequence = sequence, .ssrc = ssrc, .type = one.type, .payload = std::string(20, 'x')}, {},
             flow);
    unknown += one.codec == SIPSONDE_CODEC_unknown;
    const __u64 streams = one.codec == SIPSONDE_CODEC_unknown ? unknown : 1;
    for (const auto flow : {SIPSONDE_FLOW_ingress, SIPSONDE_FLOW_egress}) {
      EXPECT_EQ(counters().rtp_packets[flow][one.codec], 3 * streams);
      EXPECT_EQ(counters().rtp_bytes[flow][one.codec], 3 * streams * 32);
    }
  }
}

TEST_F(StreamAccounts, CountTheCodecThatAnSdpNames) {
  announce(
      "198.51.100.2", 20000, kCall,
      {{97, SIPSONDE_CODEC_amr_wb, SIPSONDE_CLOCK_16000}, {0, SIPSONDE_CODEC_other, SIPSONDE_CLOCK_8000}});
  pass(Rtp{.ssrc = 1, .type = 97});
  pass(Rtp{.ssrc = 2, .type = 0});  // what an SDP says goes before the static table
  pass(Rtp{.ssrc = 3, .type = 8});
  pass(Rtp{.ssrc = 4, .type = 99});
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_amr_wb), 1u);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_other), 1u);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcma), 1u);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_unknown), 1u);
}

TEST_F(StreamAccounts, CountALossOnceItIsAHundredBehind) {
  announce("198.51.100.2", 20000, kCall);
  Rtp rtp{.sequence = 65530};
  const auto note = begin(rtp);
  rtp.sequence = static_cast<std::uint16_t>(rtp.sequence + 3);
  run_on(rtp, 97);  // the first of three is 99 behind
  EXPECT_EQ(counters().rtp_lost[SIPSONDE_FLOW_ingress], 0u);
  run_on(rtp, 3);
  EXPECT_EQ(counters().rtp_lost[SIPSONDE_FLOW_ingress], 3u);
  EXPECT_EQ(counters().rtp_lost[SIPSONDE_FLOW_egress], 0u);
  EXPECT_EQ(stream_of(note).lost, 3u);
  EXPECT_EQ(stream_of(note).loss_runs, 1u);
}

TEST_F(StreamAccounts, CountADuplicateAsAPacketButNotInTheStream) {
  announce("198.51.100.2", 20000, kCall);
  Rtp rtp;
  const auto note = begin(rtp);
  run_on(rtp, 1);
  pass(rtp);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcmu), 3u);
  EXPECT_EQ(stream_of(note).bytes, 2u * 172);
  EXPECT_EQ(stream_of(note).duplicates, 1u);
}

TEST_F(StreamAccounts, AreThoseOfTheModelAtRandom) {
  announce("198.51.100.2", 20000, kCall);
  std::mt19937 random(11);
  Rtp rtp{.sequence = 60000};
  const auto note = begin(rtp);
  SequenceModel model(rtp.sequence);
  auto next = rtp.sequence;
  std::uint64_t sent = 1;
  const auto take = [&](std::uint16_t sequence) {
    rtp.sequence = sequence;
    pass(rtp);
    model.take(sequence);
    ++sent;
  };
  for (int step = 0; step < 10'000; ++step, wait(20)) {
    next = static_cast<std::uint16_t>(next + 1 + (random() % 50 == 0 ? random() % 300 : random() % 10 == 0));
    if (random() % 500 == 0) next = static_cast<std::uint16_t>(random());
    take(next);
    if (random() % 30 == 0) take(static_cast<std::uint16_t>(next - random() % 130));
  }
  const sipsonde_stream stream = stream_of(note);
  EXPECT_EQ(stream.highest - stream.base + 1, model.expected());
  EXPECT_EQ(stream.lost, model.lost);
  EXPECT_EQ(stream.loss_runs, model.runs);
  EXPECT_EQ(stream.duplicates, model.duplicates);
  EXPECT_EQ(stream.reordered, model.reordered);
  EXPECT_EQ(stream.restarts, model.restarts);
  EXPECT_EQ(counters().rtp_lost[SIPSONDE_FLOW_ingress], model.lost);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcmu), sent);
  EXPECT_GT(model.restarts, 0u);
}

// ---- other payload types ----

TEST_F(StreamAccounts, TellOfAnotherCodec) {
  announce("198.51.100.2", 20000, kCall, {{0, SIPSONDE_CODEC_pcmu}, {8, SIPSONDE_CODEC_pcma}});
  Rtp rtp;
  const auto begun = begin(rtp);
  run_on(rtp, 3);
  rtp.type = 8;
  const auto samples = run_on(rtp, 3);
  ASSERT_EQ(samples.size(), 1u);
  const sipsonde_stream_note note = note_of(samples[0]);
  EXPECT_EQ(note.news, SIPSONDE_STREAM_NEWS_codec_changed);
  EXPECT_EQ(note.key, begun.key);
  EXPECT_EQ(note.payload_type, 8);
  EXPECT_EQ(note.codec & (SIPSONDE_CODEC_COUNT - 1), SIPSONDE_CODEC_pcma);
  EXPECT_EQ(note.codec_before & (SIPSONDE_CODEC_COUNT - 1), SIPSONDE_CODEC_pcmu);
  EXPECT_EQ(note.has_call, 1);
  EXPECT_EQ(samples[0].head.call_hash, kCall);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcmu), 4u);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcma), 3u);
}

TEST_F(StreamAccounts, OfASenderThatChangesWithEachPacketFillNoRing) {
  announce("198.51.100.2", 20000, kCall);
  Rtp rtp;
  begin(rtp);
  std::size_t told = 0;
  for (int i = 0; i < 60; ++i) {
    rtp.type = i % 2 ? 0 : 8;
    told += run_on(rtp, 1).size();
  }
  EXPECT_EQ(told, 32u);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcma), 30u);
}

TEST_F(StreamAccounts, TellOfTheBeginningAndTheEndsOfATelephoneEvent) {
  announce("198.51.100.2", 20000, kCall, {{0, SIPSONDE_CODEC_pcmu}, {101, SIPSONDE_CODEC_telephone_event}});
  Rtp rtp;
  const auto begun = begin(rtp);
  run_on(rtp, 2);
  const __u32 unmeasured = stream_of(begun).unmeasured;
  std::vector<sipsonde_stream_note> notes;
  for (int i = 0; i < 8; ++i) {
    ++rtp.sequence;
    wait(20);
    const bool ends = i >= 5;
    const Rtp part{.sequence = rtp.sequence,
                   .timestamp = 4800,
                   .type = 101,
                   .marker = i == 0,
                   .payload = event(5, ends, static_cast<std::uint16_t>(160 * (std::min(i, 5) + 1)))};
    for (const KeptSample& sample : pass(part)) notes.push_back(note_of(sample));
  }
  ASSERT_EQ(notes.size(), 4u);  // the first, and the last in its three copies
  for (const sipsonde_stream_note& note : notes) {
    EXPECT_EQ(note.news, SIPSONDE_STREAM_NEWS_telephone_event);
    EXPECT_EQ(note.event, 5);
    EXPECT_EQ(note.key, begun.key);
  }
  EXPECT_EQ(notes[0].event_end, 0);
  EXPECT_EQ(notes[0].event_duration, 160);
  EXPECT_EQ(notes[3].event_end, 1);
  EXPECT_EQ(notes[3].event_duration, 960);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_telephone_event), 8u);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_pcmu), 3u);
  const sipsonde_stream stream = stream_of(begun);
  EXPECT_EQ(stream.unmeasured - unmeasured, 8u);
  EXPECT_EQ(stream.payload_type, 0);
  EXPECT_EQ(stream.highest - stream.base + 1, 11u);
}

TEST_F(StreamAccounts, KnowATelephoneEventByItsFormWithoutSdp) {
  Rtp rtp;
  believe(rtp);
  ++rtp.sequence;
  const auto samples =
      pass(Rtp{.sequence = rtp.sequence, .type = 96, .marker = true, .payload = event(11, false, 160)});
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(note_of(samples[0]).news, SIPSONDE_STREAM_NEWS_telephone_event);
  EXPECT_EQ(note_of(samples[0]).event, 11);
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_telephone_event), 1u);
}

TEST_F(StreamAccounts, CountComfortNoiseForItselfAndDoNotMeasureIt) {
  announce("198.51.100.2", 20000, kCall, {{0, SIPSONDE_CODEC_pcmu}, {13, SIPSONDE_CODEC_cn}});
  Rtp rtp;
  const auto note = begin(rtp);
  run_on(rtp, 5);
  ++rtp.sequence;
  wait(1000);
  EXPECT_TRUE(pass(Rtp{.sequence = rtp.sequence, .timestamp = 7, .type = 13, .payload = "x"}).empty());
  EXPECT_EQ(packets_of(SIPSONDE_CODEC_cn), 1u);
  EXPECT_LT(stream_of(note).jitter_ns, 2048u);
  EXPECT_EQ(stream_of(note).restarts, 0u);
}

// ---- time ----

TEST_F(StreamAccounts, HaveTheJitterOfRfc3550) {
  announce("198.51.100.2", 20000, kCall);
  std::mt19937 random(3);
  Rtp rtp{.timestamp = 0xffff0000};
  const auto note = begin(rtp);
  JitterModel model(8000, now_ns_, rtp.timestamp);
  std::uint64_t sent = now_ns_;
  for (int i = 0; i < 2000; ++i) {
    sent += 20 * kMillisecond;
    now_ns_ = sent + random() % (15 * kMillisecond);
    ++rtp.sequence;
    rtp.timestamp += 160;
    pass(rtp);
    model.take(now_ns_, rtp.timestamp);
    if (i % 100 == 0) ASSERT_NEAR(stream_of(note).jitter_ns, model.jitter_ns, 2048) << i;
  }
  EXPECT_NEAR(stream_of(note).jitter_ns, model.jitter_ns, 2048);
  EXPECT_EQ(stream_of(note).unmeasured, 1u);
}

TEST_F(StreamAccounts, MeasureByTheAgentsClockWhereNobodyNamedOne) {
  Rtp rtp{.type = 96};
  const auto note = believe(rtp);
  run_on(rtp, 100);
  EXPECT_EQ(stream_of(note).jitter_sum_ns, 0u);
  probe_->media().set_clock(note.slot, note.key, SIPSONDE_CLOCK_8000);
  run_on(rtp, 64);
  EXPECT_EQ(stream_of(note).codec,
            SIPSONDE_CODEC_unknown | SIPSONDE_CLOCK_8000 << SIPSONDE_STREAM_CODEC_BITS);
  const __u32 unmeasured = stream_of(note).unmeasured;
  wait(50);
  run_on(rtp, 10);
  EXPECT_EQ(stream_of(note).unmeasured, unmeasured);
  EXPECT_GT(stream_of(note).jitter_ns, kMillisecond);
  EXPECT_EQ(stream_of(note).restarts, 0u);
}

TEST_F(StreamAccounts, DoNotTakeTheAgentsClockBeforeThatOfTheCodec) {
  Rtp rtp;
  const auto note = believe(rtp);
  probe_->media().set_clock(note.slot, note.key, SIPSONDE_CLOCK_90000);
  run_on(rtp, 70);
  EXPECT_EQ(stream_of(note).codec >> SIPSONDE_STREAM_CODEC_BITS, SIPSONDE_CLOCK_8000);
}

}  // namespace
}  // namespace sipsonde::testing
