// SPDX-License-Identifier: Apache-2.0
// A stage for calls that are heard: a kernel whose table of streams is filled packet by packet, by the kernel
// half's own arithmetic, and speakers who send 20 ms of PCMU a packet.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dialog_script.h"
#include "media/codec.h"

namespace sipsonde::test {

inline constexpr std::uint8_t kPcmu = packed_codec(SIPSONDE_CODEC_pcmu, SIPSONDE_CLOCK_8000);
inline constexpr std::uint8_t kPcma = packed_codec(SIPSONDE_CODEC_pcma, SIPSONDE_CLOCK_8000);
inline constexpr std::uint8_t kUnexplained = packed_codec(SIPSONDE_CODEC_unknown, SIPSONDE_CLOCK_unknown);
inline constexpr std::uint64_t kPacketBytes = 172;

class FakeKernelMedia : public KernelMedia {
 public:
  bool announce(const sipsonde_endpoint_key& key, const sipsonde_endpoint& value) override;
  void withdraw(const sipsonde_endpoint_key& key, std::uint32_t call_hash) override;
  void read(std::uint32_t slot, sipsonde_stream& stream) const override;
  void ask_again(std::uint32_t slot, std::uint64_t key) override;
  void set_clock(std::uint32_t slot, std::uint64_t key, sipsonde_clock clock) override;

  std::map<Endpoint, sipsonde_endpoint> endpoints;
  std::map<std::uint32_t, sipsonde_stream> streams;
  std::map<std::uint32_t, sipsonde_clock> clocks;
  std::vector<std::uint32_t> asked_again;  // slots
  bool is_full = false;
};

struct Report {
  std::string tenant;
  std::optional<double> jitter_ms;
  std::optional<double> mos;
  std::uint64_t lost = 0;
  std::uint64_t expected = 0;
};

class KeptReports : public StreamReports {
 public:
  void advance(std::uint64_t) override {}
  void observe(std::string_view tenant, std::optional<double> jitter_ms, std::optional<double> mos,
               std::uint64_t lost, std::uint64_t expected) override {
    reports.push_back({std::string(tenant), jitter_ms, mos, lost, expected});
  }
  std::vector<Report> reports;
};

struct Speaker {
  Endpoint source;
  Endpoint destination;
  std::uint32_t ssrc = 0x1111;
  std::uint32_t slot = 1;
  std::uint8_t codec = kPcmu;
  sipsonde_flow flow = SIPSONDE_FLOW_ingress;
  std::uint16_t sequence = 100;
  std::uint32_t timestamp = 1000;

  std::uint64_t key() const { return static_cast<std::uint64_t>(ssrc) << 32 | slot; }
  void lose(unsigned packets) {
    sequence = static_cast<std::uint16_t>(sequence + packets);
    timestamp += 160 * packets;
  }
};

class MediaStage {
 public:
  explicit MediaStage(Settings settings = {}, unsigned share = 1)
      : stage(std::move(settings), share, &kernel, &heard) {}

  // A packet each 20 ms, the first at `from`. With the first of a stream comes the note that it is believed.
  void speak(Speaker& who, milliseconds from, milliseconds until);
  // Both, packet by packet in turn.
  void converse(Speaker& one, Speaker& other, milliseconds from, milliseconds until);
  void packet(Speaker& who, milliseconds when);

  sipsonde_stream_note note_of(const Speaker& who, sipsonde_stream_news news);
  void tell(const Speaker& who, milliseconds when, const sipsonde_stream_note& note);
  // The kernel asked whose stream it is.
  void tell_again(const Speaker& who, milliseconds when);
  void rtcp(const Endpoint& from, const Endpoint& to, milliseconds when, const std::string& packet,
            std::uint32_t round_trip_us = 0);

  // Events of media and DTLS.
  std::vector<CallEvent> events();
  std::vector<std::string> event_names();
  std::vector<CallEvent> events_of(EventName name);

  FakeKernelMedia kernel;
  KeptReports heard;
  Stage stage;
};

// Where the two sides of a call receive, unless said otherwise.
inline Endpoint of_caller() {
  return ipv4(11, 4000);
}
inline Endpoint of_callee() {
  return ipv4(12, 5000);
}
inline Speaker caller_speaks() {
  return {of_caller(), of_callee(), 0x1111, 1};
}
inline Speaker callee_speaks() {
  Speaker who{of_callee(), of_caller(), 0x2222, 2};
  who.flow = SIPSONDE_FLOW_egress;
  return who;
}

// An audio session; `lines` follow the m-line, each with its CRLF.
std::string sdp(const Endpoint& where, const std::string& lines = "", const std::string& profile = "RTP/AVP");
Message with_sdp(Message message, const std::string& body);

// INVITE at 0 with an offer, 180 at 200 ms, 200 with the answer at 1 s, ACK.
std::vector<Message> call_with_media(Dialog& dialog, const std::string& offer = sdp(of_caller()),
                                     const std::string& answer = sdp(of_callee()));
// BYE of the caller and its 200.
void hang_up(MediaStage& on, Dialog& dialog, milliseconds when);

// RTCP, RFC 3550 section 6.4.2: a receiver report with one block; and RFC 3611 section 4.7.
std::string receiver_report(std::uint32_t reporter, std::uint32_t about, std::uint32_t lost,
                            std::uint32_t jitter);
std::string voip_metrics(std::uint32_t reporter, std::uint32_t about, std::uint16_t round_trip_ms,
                         std::uint8_t mos_tenths);

}  // namespace sipsonde::test
