// SPDX-License-Identifier: Apache-2.0
#include "decode/session_description.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sipsonde {
namespace {

SessionDescription decoded(std::string_view body) {
  SessionDescription description;
  EXPECT_TRUE(decode_session_description(body, description)) << body;
  return description;
}

TEST(SessionDescriptions, SayWhereAndHowMediaAreReceived) {
  const SessionDescription description = decoded(
      "v=0\r\no=alice 1 1 IN IP4 203.0.113.9\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
      "m=audio 49170 RTP/AVP 0 18 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:18 G729/8000\r\n"
      "a=fmtp:18 annexb=no\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
      "a=ptime:20\r\na=maxptime:40\r\na=sendonly\r\n");
  ASSERT_EQ(description.media.size(), 1u);
  const MediaDescription& audio = description.media[0];
  EXPECT_EQ(audio.kind, MediaKind::audio);
  EXPECT_EQ(audio.protocol, MediaProtocol::rtp_avp);
  EXPECT_EQ(to_text(Endpoint{audio.connection.address, audio.port}), "192.0.2.1:49170");
  EXPECT_EQ(audio.flow, MediaFlow::sendonly);
  EXPECT_EQ(audio.packet_ms, 20);
  EXPECT_EQ(audio.packet_max_ms, 40);
  EXPECT_EQ(audio.format_text, "RTP/AVP 0 18 101");
  ASSERT_EQ(audio.payload_types.size(), 3u);
  EXPECT_EQ(audio.payload_types[1].number, 18);
  EXPECT_EQ(audio.payload_types[1].encoding, "G729");
  EXPECT_EQ(audio.payload_types[1].clock_rate, 8000u);
  EXPECT_EQ(audio.payload_types[1].parameters, "annexb=no");
  EXPECT_EQ(audio.payload_types[2].encoding, "telephone-event");
  EXPECT_FALSE(description.cut);
}

TEST(SessionDescriptions, OfABrowserNameCandidatesFingerprintsAndTheirBundle) {
  const SessionDescription description = decoded(
      "v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE 0 1\n"
      "a=fingerprint:sha-256 AA:BB\na=fingerprint:sha-1 CC\na=setup:actpass\na=tls-id:abc\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 111\nc=IN IP4 0.0.0.0\na=rtcp:9 IN IP4 0.0.0.0\n"
      "a=candidate:1 1 udp 2113937151 192.0.2.7 54400 typ host generation 0\n"
      "a=candidate:2 2 UDP 1 2001:db8::7 54401 typ srflx raddr 192.0.2.7 rport 54401\n"
      "a=candidate:3 1 tcp 1 192.0.2.7 9 typ host tcptype active\n"
      "a=candidate:4 1 udp 1 8f2a.local 5 typ host\na=candidate:5 3 udp 1 192.0.2.7 5 typ host\n"
      "a=mid:0\na=rtcp-mux\na=rtcp-rsize\na=rtpmap:111 opus/48000/2\n"
      "m=video 0 UDP/TLS/RTP/SAVPF 96\nc=IN IP4 0.0.0.0\na=mid:1\na=bundle-only\n"
      "a=fingerprint:sha-256 DD:EE\na=setup:passive\na=rtpmap:96 VP8/90000\n");
  ASSERT_EQ(description.media.size(), 2u);
  const MediaDescription& audio = description.media[0];
  EXPECT_TRUE(audio.connection.is_unspecified());
  EXPECT_TRUE(audio.rtcp_mux && audio.rtcp_reduced);
  EXPECT_EQ(audio.rtcp_port, 9);
  EXPECT_TRUE(audio.rtcp_connection.is_unspecified());
  ASSERT_EQ(audio.candidates.size(), 2u);
  EXPECT_EQ(to_text(audio.candidates[0].endpoint), "192.0.2.7:54400");
  EXPECT_EQ(audio.candidates[0].kind, CandidateKind::host);
  EXPECT_EQ(to_text(audio.candidates[1].endpoint), "[2001:db8::7]:54401");
  EXPECT_EQ(audio.candidates[1].component, 2);
  EXPECT_EQ(audio.candidates[1].kind, CandidateKind::srflx);
  EXPECT_EQ(audio.payload_types[0].channels, 2);
  ASSERT_EQ(audio.fingerprints.size(), 2u);
  EXPECT_EQ(audio.fingerprints[1].hash, "sha-1");
  EXPECT_EQ(audio.setup, DtlsSetup::actpass);
  EXPECT_EQ(audio.tls_id, "abc");

  const MediaDescription& video = description.media[1];
  ASSERT_EQ(video.fingerprints.size(), 1u) << "its own replace the session's";
  EXPECT_EQ(video.fingerprints[0].digest, "DD:EE");
  EXPECT_EQ(video.setup, DtlsSetup::passive);
  EXPECT_EQ(video.tls_id, "abc");
  EXPECT_TRUE(video.bundle_only);
  EXPECT_EQ(audio.bundled_in, 0);
  EXPECT_EQ(video.bundled_in, 0);
}

TEST(SessionDescriptions, GiveToAMediumWhatItDoesNotSayItself) {
  const SessionDescription description = decoded(
      "v=0\r\nc=IN IP6 2001:db8::1\r\na=inactive\r\nm=audio 1000 RTP/AVP 0\r\nm=audio 2000 RTP/AVP 0\r\n"
      "c=IN IP4 192.0.2.2\r\na=recvonly\r\nm=audio 3000 RTP/AVP 0\r\n");
  ASSERT_EQ(description.media.size(), 3u);
  for (const std::size_t i : {0u, 2u}) {
    EXPECT_EQ(description.media[i].connection.text, "2001:db8::1");
    EXPECT_EQ(description.media[i].flow, MediaFlow::inactive);
  }
  EXPECT_EQ(to_text(description.media[1].connection.address), "192.0.2.2");
  EXPECT_EQ(description.media[1].flow, MediaFlow::recvonly);
}

// Which medium lends its address to each, by index; 'x': none.
std::string bundling(std::string_view body) {
  std::string out;
  for (const MediaDescription& media : decoded(body).media)
    out.push_back(media.bundled_in == kNoMedia ? 'x' : static_cast<char>('0' + media.bundled_in));
  return out;
}

TEST(SessionDescriptions, BundleWhatTheGroupNames) {
  const std::string three =
      "m=audio 1 RTP/AVP 0\na=mid:a\nm=video 2 RTP/AVP 9\na=mid:b\nm=text 3 RTP/AVP 9\n";
  EXPECT_EQ(bundling("v=0\na=group:BUNDLE a b\n" + three), "00x");
  EXPECT_EQ(bundling("v=0\na=group:BUNDLE b a\n" + three), "11x");
  EXPECT_EQ(bundling("v=0\na=group:BUNDLE\n" + three), "xxx");
  EXPECT_EQ(bundling("v=0\na=group:LS a b\n" + three), "xxx");
  EXPECT_EQ(bundling("v=0\na=group:BUNDLE a a unheard-of b\n" + three + "a=mid:c\n"), "00x");
  EXPECT_EQ(bundling("v=0\na=group:BUNDLE a\na=group:BUNDLE a b c\n" + three + "a=mid:c\n"), "011");
  EXPECT_EQ(bundling("v=0\na=group:BUNDLE a b\nm=audio 0 RTP/AVP 0\na=mid:a\nm=video 2 RTP/AVP 9\na=mid:b\n"),
            "11")
      << "what was refused lends nothing";
}

TEST(SessionDescriptions, KeepWhatTheirBoundsAllowAndSayThatThereWasMore) {
  std::string media, formats, candidates, fingerprints, groups;
  for (int i = 1; i <= 20; ++i) {
    const std::string number = std::to_string(i);
    media += "m=audio " + number + " RTP/AVP 0\na=ptime:" + number + "\na=sendonly\n";
    formats += " " + std::to_string(95 + i);
    candidates += "a=candidate:1 1 udp 1 192.0.2.7 " + number + " typ host\n";
    fingerprints += "a=fingerprint:sha-256 " + number + "\n";
    groups += "a=group:BUNDLE " + number + "\n";
  }
  const auto all_media = decoded("v=0\n" + media);
  EXPECT_EQ(all_media.media.size(), kMediaMax);
  EXPECT_EQ(all_media.media[kMediaMax - 1].packet_ms, kMediaMax) << "what is beyond changes nothing";
  EXPECT_TRUE(all_media.cut);
  const auto one = decoded("v=0\nm=audio 1 RTP/AVP" + formats + "\n" + candidates + fingerprints);
  EXPECT_EQ(one.media[0].payload_types.size(), kPayloadTypesMax);
  EXPECT_EQ(one.media[0].candidates.size(), kCandidatesMax);
  EXPECT_EQ(one.media[0].fingerprints.size(), kFingerprintsMax);
  for (const std::string& body :
       {"v=0\nm=audio 1 RTP/AVP" + formats, "v=0\nm=audio 1 RTP/AVP 0\n" + candidates, "v=0\n" + fingerprints,
        "v=0\n" + groups})
    EXPECT_TRUE(decoded(body).cut) << body;
}

TEST(SessionDescriptions, AreReadAnewEachTime) {
  SessionDescription description;
  ASSERT_TRUE(
      decode_session_description("v=0\nc=IN IP4 192.0.2.1\na=sendonly\na=fingerprint:sha-256 A\n"
                                 "a=group:BUNDLE a\nm=audio 1 RTP/AVP 0\na=mid:a\na=rtcp-mux\n",
                                 description));
  ASSERT_TRUE(decode_session_description("v=0\nm=audio 1 RTP/AVP 0\n", description));
  const MediaDescription& media = description.media[0];
  EXPECT_TRUE(media.connection.text.empty() && media.fingerprints.empty() && media.mid.empty());
  EXPECT_TRUE(!media.rtcp_mux && description.bundles.empty() && media.bundled_in == kNoMedia);
  EXPECT_EQ(media.flow, MediaFlow::sendrecv);
  EXPECT_FALSE(decode_session_description("<xml/>", description));
  EXPECT_TRUE(description.media.empty());
}

TEST(SessionDescriptions, SurviveWhatIsNone) {
  for (const std::string& body :
       {std::string("v=0"), std::string("v=0\r"), std::string("v=0\n\n\n=\nm\nm=\nc=\na=\na=:\n"),
        std::string(
            "v=0\nm= \nm=audio\nm=audio x RTP/AVP 0\nm=audio 99999999999 RTP/AVP 0\nm=audio -1 RTP/AVP\n"),
        std::string(
            "v=0\na=candidate:\na=rtpmap:\na=rtcp:\na=mid:\na=group:\na=group:BUNDLE\na=fingerprint:\n"),
        std::string(
            "v=0\nm=audio 1 RTP/AVP 0\na=candidate:1 1 udp\na=rtpmap:0\na=rtpmap:300 X/1\na=rtcp:x\n"),
        std::string("v=0\0m=audio 1 RTP/AVP 0\n", 24), std::string("v=0\n") + std::string(70000, 'm'),
        std::string("v=0\nm=audio 1 RTP/AVP ") + std::string(70000, '1')}) {
    const SessionDescription description = decoded(body);
    for (const MediaDescription& media : description.media) EXPECT_LE(media.port, 1) << body.substr(0, 80);
  }
  SessionDescription description;
  for (const char* body : {"", "v", "v=", "v=1\r\n", " v=0\r\n", "{}"})
    EXPECT_FALSE(decode_session_description(body, description)) << body;
}

}  // namespace
}  // namespace sipsonde
