// SPDX-License-Identifier: Apache-2.0
// RTP and RTCP through the loaded programs: four workers, a small table of streams, and what calls announce.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "kernel_fixture.h"
#include "support/frame_builder.h"

namespace sipsonde::testing {

inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
  return out;
}

// RFC 3550 section 5.1; `payload` is behind the header.
struct Rtp {
  std::uint16_t sequence = 1;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0x1234abcd;
  std::uint8_t type = 0;
  bool marker = false;
  std::string payload = std::string(160, '\x55');

  std::string bytes() const {
    return big_endian(0x8000u | (marker ? 0x80u : 0u) | type, 2) + big_endian(sequence, 2) +
           big_endian(timestamp, 4) + big_endian(ssrc, 4) + payload;
  }
};

using Sequences = std::initializer_list<std::uint16_t>;

// Who sends to whom.
struct Route {
  const char* from = "192.0.2.1";
  std::uint16_t from_port = 16384;
  const char* to = "198.51.100.2";
  std::uint16_t to_port = 20000;

  Route back() const { return {to, to_port, from, from_port}; }
  Route of_rtcp() const {
    return {from, static_cast<std::uint16_t>(from_port + 1), to, static_cast<std::uint16_t>(to_port + 1)};
  }
  std::string carry(std::string_view payload) const {
    const FrameBuilder frame = std::string_view(from).find(':') == std::string_view::npos
                                   ? FrameBuilder().ipv4(from, to)
                                   : FrameBuilder().ipv6(from, to);
    return FrameBuilder(frame).udp(from_port, to_port).payload(payload).bytes();
  }
};

// Of an SDP.
struct PayloadType {
  std::uint8_t type;
  sipsonde_codec codec;
  sipsonde_clock clock = SIPSONDE_CLOCK_8000;
};

class MediaFixture : public KernelFixture {
 protected:
  static constexpr unsigned kWorkers = 4;
  static constexpr std::uint64_t kSecond = 1000 * kMillisecond;

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to load programs";
    load_for(1024);
  }
  void load_for(std::uint32_t streams) {
    Settings settings;
    settings.limits.streams = streams;
    settings.limits.transactions = 1024;
    load(settings, kWorkers, {.xdp = false, .tc_ingress = true, .tc_egress = false});
  }

  std::vector<KeptSample> pass(std::string_view payload, const Route& route = {},
                               sipsonde_flow flow = SIPSONDE_FLOW_ingress, std::uint32_t ifindex = 1) {
    return send_as(route.carry(payload), Program::tc_ingress,
                   {.now_ns = now_ns_,
                    .ifindex = ifindex,
                    .flow = static_cast<__u8>(flow),
                    .hook = SIPSONDE_HOOK_tc,
                    .reserved = {}});
  }
  std::vector<KeptSample> pass(const Rtp& rtp, const Route& route = {},
                               sipsonde_flow flow = SIPSONDE_FLOW_ingress, std::uint32_t ifindex = 1) {
    return pass(rtp.bytes(), route, flow, ifindex);
  }

  // `count` packets in order behind `rtp`, 20 ms apart; the samples of all of them. `rtp` is then the last.
  std::vector<KeptSample> run_on(Rtp& rtp, int count, const Route& route = {}) {
    std::vector<KeptSample> all;
    for (int i = 0; i < count; ++i) {
      wait(20);
      ++rtp.sequence;
      rtp.timestamp += 160;
      const auto samples = pass(rtp, route);
      all.insert(all.end(), samples.begin(), samples.end());
    }
    return all;
  }
  void wait(std::uint64_t milliseconds) { now_ns_ += milliseconds * kMillisecond; }

  void announce(const char* address, std::uint16_t port, std::uint32_t call_hash,
                std::initializer_list<PayloadType> types = {{0, SIPSONDE_CODEC_pcmu}}) {
    sipsonde_endpoint value{};
    value.call_hash = call_hash;
    std::size_t next = 0;
    for (const PayloadType& one : types) {
      value.payload[next].payload_type = one.type;
      value.payload[next++].codec = static_cast<__u8>(one.codec | one.clock << SIPSONDE_STREAM_CODEC_BITS);
    }
    ASSERT_TRUE(probe_->media().announce(key_of(address, port), value));
  }
  void withdraw(const char* address, std::uint16_t port, std::uint32_t call_hash) {
    probe_->media().withdraw(key_of(address, port), call_hash);
  }

  static sipsonde_stream_note note_of(const KeptSample& sample) {
    sipsonde_stream_note note{};
    EXPECT_EQ(sample.head.kind, SIPSONDE_KIND_stream);
    EXPECT_EQ(sample.payload.size(), sizeof note);
    std::memcpy(&note, sample.payload.data(), std::min(sample.payload.size(), sizeof note));
    return note;
  }
  sipsonde_stream stream_of(const sipsonde_stream_note& note) const {
    sipsonde_stream stream{};
    probe_->media().read(note.slot, stream);
    return stream;
  }
  // A stream that two packets in order made believed; `rtp` is the second of them.
  sipsonde_stream_note believe(Rtp& rtp, const Route& route = {}) {
    pass(rtp, route);
    const auto samples = run_on(rtp, 1, route);
    EXPECT_EQ(samples.size(), 1u);
    return samples.empty() ? sipsonde_stream_note{} : note_of(samples[0]);
  }

  __u64 verdicts(sipsonde_verdict verdict, sipsonde_flow flow = SIPSONDE_FLOW_ingress) {
    return counters().packets[SIPSONDE_HOOK_tc][flow][verdict];
  }
  __u64 packets_of(sipsonde_codec codec, sipsonde_flow flow = SIPSONDE_FLOW_ingress) {
    return counters().rtp_packets[flow][codec];
  }

 private:
  static sipsonde_endpoint_key key_of(const char* address, std::uint16_t port) {
    sipsonde_endpoint_key key{};
    const auto binary = address_of(address);
    EXPECT_TRUE(binary) << address;
    if (binary) std::memcpy(key.address, binary->data(), sizeof key.address);
    key.port = port;
    return key;
  }
};

}  // namespace sipsonde::testing
