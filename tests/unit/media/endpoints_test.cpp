// SPDX-License-Identifier: Apache-2.0
#include "media/endpoints.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "media/codec.h"

namespace sipsonde {
namespace {

MediaEndpoints found(std::string_view body) {
  SessionDescription description;
  EXPECT_TRUE(decode_session_description(body, description)) << body;
  MediaEndpoints endpoints;
  find_endpoints(description, 77, endpoints);
  for (const MediaEndpoint& one : endpoints.list) EXPECT_EQ(one.value.call_hash, 77u);
  return endpoints;
}

Endpoint place_of(const MediaEndpoint& endpoint) {
  Endpoint place;
  std::copy(std::begin(endpoint.key.address), std::end(endpoint.key.address), place.address.begin());
  place.port = endpoint.key.port;
  return place;
}

// "192.0.2.1:4000 rtp m0"
std::vector<std::string> spoken(std::string_view body) {
  std::vector<std::string> out;
  for (const MediaEndpoint& one : found(body).list) {
    const char* const use = one.rtp ? (one.rtcp ? " both" : " rtp") : " rtcp";
    out.push_back(to_text(place_of(one)) + use + " m" + std::to_string(one.media));
  }
  return out;
}

// "0 PCMU 8000, 101 telephone-event 8000"
std::string payloads(const MediaEndpoint& endpoint) {
  std::string out;
  for (const auto& entry : endpoint.value.payload) {
    if (entry.codec == 0) break;
    if (!out.empty()) out += ", ";
    out += std::to_string(entry.payload_type) + " " + std::string(codec_label(entry.codec)) + " " +
           std::to_string(clock_hertz(entry.codec));
  }
  return out;
}

struct EndpointCase {
  const char* name;
  std::string body;
  std::vector<std::string> endpoints;
};

TEST(Endpoints, AreWhereMediaAreReceived) {
  const std::string head = "v=0\r\nc=IN IP4 192.0.2.1\r\n";
  const EndpointCase cases[] = {
      {"the next port",
       head + "m=audio 4000 RTP/AVP 0\r\n",
       {"192.0.2.1:4000 rtp m0", "192.0.2.1:4001 rtcp m0"}},
      {"IPv6",
       "v=0\nc=IN IP6 2001:db8::1\nm=audio 4000 RTP/SAVP 0\n",
       {"[2001:db8::1]:4000 rtp m0", "[2001:db8::1]:4001 rtcp m0"}},
      {"its own connection",
       head + "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.2\r\n",
       {"192.0.2.2:4000 rtp m0", "192.0.2.2:4001 rtcp m0"}},
      {"a=rtcp with a port",
       head + "m=audio 4000 RTP/AVP 0\r\na=rtcp:5000\r\n",
       {"192.0.2.1:4000 rtp m0", "192.0.2.1:5000 rtcp m0"}},
      {"a=rtcp with an address",
       head + "m=audio 4000 RTP/AVP 0\r\na=rtcp:5000 IN IP4 192.0.2.3\r\n",
       {"192.0.2.1:4000 rtp m0", "192.0.2.3:5000 rtcp m0"}},
      {"a=rtcp with a name",
       head + "m=audio 4000 RTP/AVP 0\r\na=rtcp:5000 IN IP4 a.example\r\n",
       {"192.0.2.1:4000 rtp m0"}},
      {"on the same port", head + "m=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\n", {"192.0.2.1:4000 both m0"}},
      {"on the same port or another",
       head + "m=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\na=rtcp:4001\r\n",
       {"192.0.2.1:4000 both m0", "192.0.2.1:4001 rtcp m0"}},
      {"several media",
       head + "m=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\nm=video 4002 RTP/AVPF 96\r\na=rtcp-mux\r\n",
       {"192.0.2.1:4000 both m0", "192.0.2.1:4002 both m1"}},
      {"several ports",
       head + "m=video 4000/2 RTP/AVP 31\r\n",
       {"192.0.2.1:4000 rtp m0", "192.0.2.1:4001 rtcp m0", "192.0.2.1:4002 rtp m0",
        "192.0.2.1:4003 rtcp m0"}},
      {"the last port", head + "m=audio 65535/3 RTP/AVP 0\r\n", {"192.0.2.1:65535 rtp m0"}},
      {"refused", head + "m=audio 0 RTP/AVP 0\r\n", {}},
      {"held the old way", "v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n", {}},
      {"held the old way, IPv6", "v=0\r\nc=IN IP6 ::\r\nm=audio 4000 RTP/AVP 0\r\n", {}},
      {"no address yet", head + "m=audio 9 RTP/AVP 0\r\n", {}},
      {"no connection", "v=0\r\nm=audio 4000 RTP/AVP 0\r\n", {}},
      {"a name", "v=0\r\nc=IN IP4 a.example\r\nm=audio 4000 RTP/AVP 0\r\n", {}},
      {"multicast", "v=0\r\nc=IN IP4 224.2.1.1/127\r\nm=audio 4000 RTP/AVP 0\r\n", {}},
      {"multicast, IPv6", "v=0\r\nc=IN IP6 ff15::101\r\nm=audio 4000 RTP/AVP 0\r\n", {}},
      {"fax", head + "m=image 4000 udptl t38\r\n", {}},
      {"fax beside audio",
       head + "m=image 4000 udptl t38\r\nm=audio 4002 RTP/AVP 8\r\na=rtcp-mux\r\n",
       {"192.0.2.1:4002 both m1"}},
      {"over TCP", head + "m=audio 4000 TCP/RTP/AVP 0\r\nm=message 4002 TCP/MSRP *\r\n", {}},
      {"data alone", head + "m=application 4000 UDP/DTLS/SCTP webrtc-datachannel\r\n", {}},
  };
  for (const EndpointCase& test : cases) EXPECT_EQ(spoken(test.body), test.endpoints) << test.name;
}

TEST(Endpoints, OfIceAreAllCandidates) {
  const std::string candidates =
      "a=candidate:1 1 udp 1 192.0.2.7 54400 typ host\na=candidate:1 2 udp 1 192.0.2.7 54401 typ host\n"
      "a=candidate:2 1 udp 1 2001:db8::7 54400 typ host\na=candidate:3 1 udp 1 0.0.0.0 1 typ host\n"
      "a=candidate:4 1 udp 1 203.0.113.7 6000 typ relay raddr 192.0.2.7 rport 1\n";
  EXPECT_EQ(spoken("v=0\nm=audio 54400 RTP/AVP 0\nc=IN IP4 192.0.2.7\na=rtcp:54401\n" + candidates),
            (std::vector<std::string>{"192.0.2.7:54400 rtp m0", "192.0.2.7:54401 rtcp m0",
                                      "[2001:db8::7]:54400 rtp m0", "203.0.113.7:6000 rtp m0"}));
  EXPECT_EQ(spoken("v=0\nm=audio 9 TCP/DTLS/RTP/SAVPF 111\nc=IN IP4 0.0.0.0\na=rtcp-mux\n" + candidates),
            (std::vector<std::string>{"192.0.2.7:54400 both m0", "192.0.2.7:54401 rtcp m0",
                                      "[2001:db8::7]:54400 both m0", "203.0.113.7:6000 both m0"}));
}

TEST(Endpoints, OfABundleAreSharedByItsMedia) {
  const std::string audio =
      "m=audio 4000 RTP/SAVPF 111\nc=IN IP4 192.0.2.1\na=mid:a\na=rtcp-mux\n"
      "a=rtpmap:111 opus/48000/2\na=candidate:1 1 udp 1 192.0.2.7 5000 typ host\n";
  const std::string group = "v=0\na=group:BUNDLE a v\n";

  const MediaEndpoints answer =
      found(group + audio +
            "m=video 4000 RTP/SAVPF 96\nc=IN IP4 192.0.2.1\na=mid:v\na=rtpmap:96 VP8/90000\na=rtcp-mux\n");
  ASSERT_EQ(answer.list.size(), 2u);
  for (const MediaEndpoint& one : answer.list) EXPECT_EQ(payloads(one), "111 opus 48000, 96 VP8 90000");

  const MediaEndpoints only =
      found(group + audio + "m=video 0 RTP/SAVPF 96\na=mid:v\na=bundle-only\na=rtpmap:96 VP8/90000\n");
  ASSERT_EQ(only.list.size(), 2u);
  EXPECT_EQ(payloads(only.list[0]), "111 opus 48000, 96 VP8 90000");

  const MediaEndpoints offer =
      found(group + audio +
            "m=video 4002 RTP/SAVPF 96\nc=IN IP4 192.0.2.1\na=mid:v\na=rtpmap:96 VP8/90000\na=rtcp-mux\n");
  ASSERT_EQ(offer.list.size(), 3u);
  EXPECT_EQ(payloads(offer.list[0]), "111 opus 48000, 96 VP8 90000");
  EXPECT_EQ(payloads(offer.list[2]), "96 VP8 90000");

  EXPECT_EQ(payloads(found(group + audio + "m=video 0 RTP/SAVPF 96\na=mid:v\n").list[0]), "111 opus 48000")
      << "refused, though in the group";
  EXPECT_EQ(payloads(found("v=0\n" + audio + "m=video 0 RTP/SAVPF 96\na=mid:v\na=bundle-only\n").list[0]),
            "111 opus 48000")
      << "no group";
}

TEST(Endpoints, KnowTheCodecOfEachPayloadType) {
  const MediaEndpoints endpoints = found(
      "v=0\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0 9 111 101 97 98\na=rtpmap:111 opus/48000/2\n"
      "a=rtpmap:101 telephone-event/8000\na=rtpmap:97 x-unheard-of/8000\n");
  ASSERT_EQ(endpoints.list.size(), 2u);
  EXPECT_EQ(
      payloads(endpoints.list[0]),
      "111 opus 48000, 101 telephone-event 8000, 0 PCMU 8000, 9 G722 8000, 97 other 8000, 98 unknown 0");
  EXPECT_EQ(payloads(endpoints.list[1]), "") << "RTCP has none";
  EXPECT_FALSE(endpoints.cut);
}

TEST(Endpoints, TakeNoMoreThanTheirBounds) {
  std::string body = "v=0\nc=IN IP4 192.0.2.1\na=group:BUNDLE 0 1 2 3 4 5 6 7\n";
  for (int medium = 0; medium < 8; ++medium) {
    body += "m=audio " + std::to_string(2000 + medium * 2) + "/65535 RTP/AVP 0 1 2 3 4 5 6 7 8 9 10 11\n";
    body += "a=mid:" + std::to_string(medium) + "\na=rtpmap:1 opus/48000\n";
    for (int i = 0; i < 16; ++i)
      body += "a=candidate:1 1 udp 1 198.51.100." + std::to_string(medium) + " " + std::to_string(1000 + i) +
              " typ host\n";
  }
  const MediaEndpoints endpoints = found(body);
  EXPECT_EQ(endpoints.list.size(), kEndpointsMax);
  EXPECT_TRUE(endpoints.cut);

  const MediaEndpoints shared = found(
      "v=0\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0 1 2 3 4 5 6 7 8 9 10 11\na=rtcp-mux\n"
      "m=audio 4000 RTP/AVP 0 18\na=rtcp-mux\n");
  ASSERT_EQ(shared.list.size(), 1u);
  EXPECT_TRUE(shared.cut);
}

TEST(Endpoints, AreFoundAnewEachTime) {
  SessionDescription description;
  MediaEndpoints endpoints;
  decode_session_description("v=0\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\n", description);
  find_endpoints(description, 1, endpoints);
  find_endpoints(description, 2, endpoints);
  ASSERT_EQ(endpoints.list.size(), 2u);
  EXPECT_EQ(endpoints.list[0].value.call_hash, 2u);
}

}  // namespace
}  // namespace sipsonde
