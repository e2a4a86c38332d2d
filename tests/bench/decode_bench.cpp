// SPDX-License-Identifier: Apache-2.0
// What it costs to read one message: nanoseconds and allocations are the agent's budget for each sample.
#include <benchmark/benchmark.h>

#include <string>

#include "decode/sip_message.h"

namespace sipsonde {
namespace {

// As a proxy's downstream neighbour sees it: two Vias, a Record-Route, SDP with one audio stream.
const std::string kInvite =
    "INVITE sip:+15551230002@pbx.example.com:5060;transport=udp SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa7f3.51c2d0e4b9;rport\r\n"
    "Via: SIP/2.0/UDP 198.51.100.7:5060;received=203.0.113.9;branch=z9hG4bK-524287-1---77ab;rport=5060\r\n"
    "Record-Route: <sip:192.0.2.10;lr;ftag=8f1c22d0>\r\n"
    "Max-Forwards: 69\r\n"
    "From: \"Alice Example\" <sip:+15551230001@carrier.example.net>;tag=8f1c22d0\r\n"
    "To: <sip:+15551230002@pbx.example.com>\r\n"
    "Call-ID: 9d2b7c40-51aa-11ee-8c99-0242ac120002@198.51.100.7\r\n"
    "CSeq: 102 INVITE\r\n"
    "Contact: <sip:+15551230001@198.51.100.7:5060;transport=udp>\r\n"
    "User-Agent: Example Gateway 4.2\r\n"
    "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, UPDATE\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: 161\r\n"
    "\r\n"
    "v=0\r\n"
    "o=- 3903 3903 IN IP4 198.51.100.7\r\n"
    "s=-\r\n"
    "c=IN IP4 198.51.100.7\r\n"
    "t=0 0\r\n"
    "m=audio 16384 RTP/AVP 8 101\r\n"
    "a=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\n";

const std::string kRinging =
    "SIP/2.0 180 Ringing\r\n"
    "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa7f3.51c2d0e4b9;rport=5060\r\n"
    "From: \"Alice Example\" <sip:+15551230001@carrier.example.net>;tag=8f1c22d0\r\n"
    "To: <sip:+15551230002@pbx.example.com>;tag=as6b1f00\r\n"
    "Call-ID: 9d2b7c40-51aa-11ee-8c99-0242ac120002@198.51.100.7\r\n"
    "CSeq: 102 INVITE\r\n"
    "Contact: <sip:+15551230002@203.0.113.20:5060>\r\n"
    "Content-Length: 0\r\n"
    "\r\n";

void decode(benchmark::State& state, const std::string& bytes) {
  SipMessage message;
  if (decode_sip(bytes, false, message) != SIPSONDE_MALFORMED_none) {
    state.SkipWithError("the message does not decode");
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(decode_sip(bytes, false, message));
    benchmark::ClobberMemory();
  }
  state.counters["bytes"] = static_cast<double>(bytes.size());
}

BENCHMARK_CAPTURE(decode, invite, kInvite);
BENCHMARK_CAPTURE(decode, ringing, kRinging);

}  // namespace
}  // namespace sipsonde
