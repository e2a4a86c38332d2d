// SPDX-License-Identifier: Apache-2.0
#include "decode/session_body.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

constexpr std::string_view kSdp = "v=0\r\nm=audio 4000 RTP/AVP 0\r\n";

std::string part(std::string_view boundary, std::string_view type, std::string_view content) {
  return "--" + std::string(boundary) + "\r\nContent-Type: " + std::string(type) + "\r\n\r\n" +
         std::string(content) + "\r\n";
}

TEST(SdpInABody, IsTheBodyWhateverItIsCalled) {
  EXPECT_EQ(sdp_in_body("application/sdp", kSdp), kSdp);
  EXPECT_EQ(sdp_in_body("", kSdp), kSdp);
  EXPECT_EQ(sdp_in_body("application/sdp", "<xml/>"), "");
  EXPECT_EQ(sdp_in_body("", ""), "");
}

TEST(SdpInABody, IsFoundAmongParts) {
  const std::string isup = part("b1", "application/isup;version=itu-t92+", "\x01\x02--b1\r\n");
  const std::string sdp = part("b1", "application/sdp", kSdp);
  const std::string mixed = isup + sdp + "--b1--\r\n";
  EXPECT_EQ(sdp_in_body("multipart/mixed;boundary=b1", mixed), kSdp);
  EXPECT_EQ(sdp_in_body("Multipart/Mixed ; charset=x ; Boundary=\"b1\"", "preamble\r\n" + mixed), kSdp);
  EXPECT_EQ(sdp_in_body("multipart/mixed;boundary=b1", sdp + isup + "--b1--\r\n"), kSdp);
  EXPECT_EQ(sdp_in_body("multipart/mixed;boundary=b1", "--b1\nc: Application/SDP;x=y\n\nv=0\n--b1--\n"),
            "v=0");
}

TEST(SdpInABody, IsFoundInAMultipartInsideAnother) {
  const std::string inner =
      part("in", "text/plain", "x") + part("in", "application/sdp", kSdp) + "--in--\r\n";
  const std::string outer = part("in-out", "multipart/alternative;boundary=in", inner) + "--in-out--";
  EXPECT_EQ(sdp_in_body("multipart/mixed;boundary=in-out", outer), kSdp);
}

TEST(SdpInABody, OfWhichTheEndIsMissingIsFoundToo) {
  EXPECT_EQ(
      sdp_in_body("multipart/mixed;boundary=b", "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\nm=au"),
      "v=0\r\nm=au");
}

TEST(SdpInABody, IsNoneInWhatIsBroken) {
  const std::string deep = part("a", "multipart/mixed;boundary=a",
                                part("a", "multipart/mixed;boundary=a", part("a", "application/sdp", kSdp)));
  const struct {
    std::string type, body;
  } cases[] = {
      {"multipart/mixed", part("b", "application/sdp", kSdp)},
      {"multipart/mixed;boundary=", part("", "application/sdp", kSdp)},
      {"multipart/mixed;boundary=other", part("b", "application/sdp", kSdp)},
      {"multipart/mixed;boundary=b", part("bb", "application/sdp", kSdp)},
      {"multipart/mixed;boundary=b", "--b--\r\n" + part("b", "application/sdp", kSdp)},
      {"multipart/mixed;boundary=b", "--b"},
      {"multipart/mixed;boundary=b", "--b\r\n"},
      {"multipart/mixed;boundary=b", "--b\r\nContent-Type"},
      {"multipart/mixed;boundary=b", "x--b\r\nContent-Type: application/sdp\r\n\r\nv=0"},
      {"multipart/mixed;boundary=" + std::string(71, 'b'),
       part(std::string(71, 'b'), "application/sdp", kSdp)},
      {"text/plain;boundary=b", part("b", "application/sdp", kSdp)},
      {"multipart/mixed;boundary=a", ""},
  };
  for (const auto& test : cases) EXPECT_EQ(sdp_in_body(test.type, test.body), "") << test.type << test.body;
  sdp_in_body("multipart/mixed;boundary=a", deep);
  sdp_in_body("multipart/mixed;boundary=a", std::string(65536, '-'));
}

}  // namespace
}  // namespace sipsonde
