// SPDX-License-Identifier: Apache-2.0
#include "decode/session_attributes.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

TEST(Connections, AreAddressesOrNames) {
  const struct {
    std::string_view value;
    std::string_view text;
    std::string address;  // empty: no address
  } cases[] = {
      {"IN IP4 192.0.2.1", "192.0.2.1", "192.0.2.1"},
      {"IN IP4 224.2.1.1/127/3", "224.2.1.1", "224.2.1.1"},
      {"IN IP6 2001:db8::1", "2001:db8::1", "2001:db8::1"},
      {"IN IP6 FF15::101/3", "FF15::101", "ff15::101"},
      {"IN IP6 ::ffff:192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1"},
      {"IN  IP4  192.0.2.1 ", "192.0.2.1", "192.0.2.1"},
      {"IN IP4 media.example.com", "media.example.com", ""},
      {"IN IP4 192.0.2", "192.0.2", ""},
      {"IN IP4 192.0.2.1.5", "192.0.2.1.5", ""},
      {"IN IP4 /", "", ""},
      {"IN IP4", "", ""},
      {"", "", ""},
  };
  for (const auto& test : cases) {
    const ConnectionData connection = decode_connection(test.value);
    EXPECT_EQ(connection.text, test.text) << test.value;
    EXPECT_EQ(connection.is_address ? to_text(connection.address) : "", test.address) << test.value;
  }
  EXPECT_TRUE(decode_connection("IN IP4 0.0.0.0").is_unspecified());
  EXPECT_TRUE(decode_connection("IN IP6 ::").is_unspecified());
  EXPECT_TRUE(decode_connection("IN IP6 0:0:0:0:0:0:0:0").is_unspecified());
  EXPECT_FALSE(decode_connection("IN IP4 0.0.0.1").is_unspecified());
  EXPECT_FALSE(decode_connection("IN IP4").is_unspecified());
}

TEST(MediaLines, NameKindPortsAndProtocol) {
  const struct {
    std::string_view line;
    MediaKind kind;
    unsigned port, count;
    MediaProtocol protocol;
    std::size_t types;
  } cases[] = {
      {"audio 49170 RTP/AVP 0 8", MediaKind::audio, 49170, 1, MediaProtocol::rtp_avp, 2},
      {"AUDIO 49170 rtp/avp 0", MediaKind::audio, 49170, 1, MediaProtocol::rtp_avp, 1},
      {"audio 2 RTP/SAVP 0", MediaKind::audio, 2, 1, MediaProtocol::rtp_savp, 1},
      {"audio 2 RTP/AVPF 0", MediaKind::audio, 2, 1, MediaProtocol::rtp_avpf, 1},
      {"audio 2 RTP/SAVPF 0", MediaKind::audio, 2, 1, MediaProtocol::rtp_savpf, 1},
      {"audio 9 UDP/TLS/RTP/SAVPF 111", MediaKind::audio, 9, 1, MediaProtocol::dtls_rtp_savpf, 1},
      {"audio 9 UDP/TLS/RTP/SAVP 111", MediaKind::audio, 9, 1, MediaProtocol::dtls_rtp_savp, 1},
      {"audio 9 TCP/DTLS/RTP/SAVPF 111", MediaKind::audio, 9, 1, MediaProtocol::tcp_rtp, 1},
      {"video 49170/2 RTP/AVP 31", MediaKind::video, 49170, 2, MediaProtocol::rtp_avp, 1},
      {"video 49170/0 RTP/AVP 31", MediaKind::video, 49170, 1, MediaProtocol::rtp_avp, 1},
      {"video 49170/x RTP/AVP 31", MediaKind::video, 49170, 1, MediaProtocol::rtp_avp, 1},
      {"text 7 RTP/AVP 98", MediaKind::text, 7, 1, MediaProtocol::rtp_avp, 1},
      {"image 4000 udptl t38", MediaKind::image, 4000, 1, MediaProtocol::udptl, 0},
      {"image 4000 UDPTL t38", MediaKind::image, 4000, 1, MediaProtocol::udptl, 0},
      {"image 4000 UDP/TLS/UDPTL t38", MediaKind::image, 4000, 1, MediaProtocol::udptl, 0},
      {"image 4000 TCP t38", MediaKind::image, 4000, 1, MediaProtocol::tcp, 0},
      {"message 7 TCP/MSRP *", MediaKind::message, 7, 1, MediaProtocol::tcp, 0},
      {"application 9 UDP/DTLS/SCTP webrtc-datachannel", MediaKind::application, 9, 1, MediaProtocol::other,
       0},
      {"audio 65536 RTP/AVP 0", MediaKind::audio, 0, 1, MediaProtocol::rtp_avp, 1},
      {"audio x RTP/AVP 0", MediaKind::audio, 0, 1, MediaProtocol::rtp_avp, 1},
      {"audio 1 RTP/AVP x 128 0", MediaKind::audio, 1, 1, MediaProtocol::rtp_avp, 1},
      {"control 1", MediaKind::other, 1, 1, MediaProtocol::other, 0},
      {"", MediaKind::other, 0, 1, MediaProtocol::other, 0},
  };
  for (const auto& test : cases) {
    MediaDescription media;
    EXPECT_TRUE(decode_media_line(test.line, media)) << test.line;
    EXPECT_EQ(media.kind, test.kind) << test.line;
    EXPECT_EQ(media.port, test.port) << test.line;
    EXPECT_EQ(media.port_count, test.count) << test.line;
    EXPECT_EQ(media.protocol, test.protocol) << test.line;
    EXPECT_EQ(media.payload_types.size(), test.types) << test.line;
  }
}

MediaDescription audio_of_types() {
  MediaDescription media;
  decode_media_line("audio 4000 RTP/AVP 0 96 97", media);
  return media;
}

TEST(RtpMaps, NameEncodingClockAndChannels) {
  const struct {
    std::string_view value;
    std::string_view encoding;
    unsigned clock_rate, channels;
  } cases[] = {
      {"96 opus/48000/2", "opus", 48000, 2},
      {"96 AMR-WB/16000", "AMR-WB", 16000, 0},
      {"96  AMR/8000/1", "AMR", 8000, 1},
      {" 96 L16/44100/2", "L16", 44100, 2},
      {"96 PCMU", "PCMU", 0, 0},
      {"96 PCMU/", "PCMU", 0, 0},
      {"96 PCMU/fast/many", "PCMU", 0, 0},
      {"96 PCMU/99999999999/999", "PCMU", 0, 0},
      {"96 /8000", "", 8000, 0},
      {"96", "", 0, 0},
      {"5 PCMU/8000", "", 0, 0},  // not in the m-line
      {"x PCMU/8000", "", 0, 0},
      {"352 PCMU/8000", "", 0, 0},
      {"", "", 0, 0},
  };
  for (const auto& test : cases) {
    MediaDescription media = audio_of_types();
    EXPECT_TRUE(decode_media_attribute("rtpmap", test.value, media));
    EXPECT_EQ(media.payload_types[1].encoding, test.encoding) << test.value;
    EXPECT_EQ(media.payload_types[1].clock_rate, test.clock_rate) << test.value;
    EXPECT_EQ(media.payload_types[1].channels, test.channels) << test.value;
    EXPECT_TRUE(media.payload_types[0].encoding.empty()) << test.value;
  }
}

TEST(RtcpAttributes, NameAPortAndPerhapsAnAddress) {
  const struct {
    std::string_view value;
    unsigned port;
    std::string_view address;
  } cases[] = {
      {"53020", 53020, ""},
      {"53020 IN IP4 126.16.64.4", 53020, "126.16.64.4"},
      {"53020 IN IP6 2001:2345:6789:ABCD:EF01:2345:6789:ABCD", 53020,
       "2001:2345:6789:ABCD:EF01:2345:6789:ABCD"},
      {"65536", 0, ""},
      {"x IN IP4 126.16.64.4", 0, ""},
      {"", 0, ""},
  };
  for (const auto& test : cases) {
    MediaDescription media;
    decode_media_attribute("rtcp", test.value, media);
    EXPECT_EQ(media.rtcp_port, test.port) << test.value;
    EXPECT_EQ(media.rtcp_connection.text, test.address) << test.value;
  }
}

TEST(Candidates, AreThoseOfUdpWithAnAddress) {
  const struct {
    std::string_view value;
    std::string endpoint;  // empty: none
  } cases[] = {
      {"1 1 UDP 2130706431 203.0.113.141 8998 typ host", "203.0.113.141:8998"},
      {"2 1 udp 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998", "192.0.2.3:45664"},
      {"3 2 udp 1 fe80::6676:baff:fe9c:ee4a 8998 typ host", "[fe80::6676:baff:fe9c:ee4a]:8998"},
      {"4 1 udp 1 192.0.2.3 45664", "192.0.2.3:45664"},
      {"5 1 TCP 1 192.0.2.3 9 typ host tcptype active", ""},
      {"6 0 udp 1 192.0.2.3 45664 typ host", ""},
      {"7 3 udp 1 192.0.2.3 45664 typ host", ""},
      {"8 1 udp 1 8f2a7c.local 45664 typ host", ""},
      {"9 1 udp 1 192.0.2.3 0 typ host", ""},
      {"10 1 udp 1 192.0.2.3 65536 typ host", ""},
      {"11 1 udp 1 192.0.2.3", ""},
      {"12 1 udp", ""},
      {"", ""},
  };
  for (const auto& test : cases) {
    MediaDescription media;
    EXPECT_TRUE(decode_media_attribute("candidate", test.value, media));
    EXPECT_EQ(media.candidates.empty() ? "" : to_text(media.candidates[0].endpoint), test.endpoint)
        << test.value;
  }
}

TEST(MediaAttributes, AreKnownByTheirWholeName) {
  MediaDescription media;
  for (const std::string_view name : {"rtcp-muxed", "RTCP-MUX", "cryptographic", "ptim", ""})
    EXPECT_TRUE(decode_media_attribute(name, "30", media));
  EXPECT_FALSE(media.rtcp_mux || media.has_crypto || media.packet_ms != 0);
  decode_media_attribute("crypto", "1 AES_CM_128_HMAC_SHA1_80 inline:x", media);
  decode_media_attribute("ptime", "20.5", media);
  decode_media_attribute("maxptime", "70000", media);
  EXPECT_TRUE(media.has_crypto);
  EXPECT_EQ(media.packet_ms, 20);
  EXPECT_EQ(media.packet_max_ms, 0);
}

}  // namespace
}  // namespace sipsonde
