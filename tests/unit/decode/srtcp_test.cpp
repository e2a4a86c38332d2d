// SPDX-License-Identifier: Apache-2.0
#include "decode/srtcp.h"

#include <gtest/gtest.h>

#include <random>

#include "decode/rtcp.h"
#include "rtcp_bytes.h"

namespace sipsonde {
namespace {

constexpr std::uint32_t kE = 0x80000000;

std::string plain_packets() {
  return rtcp_packet(1, 200, sender_info_of(0x11111111) + report_block_of(2, 3)) +
         rtcp_packet(1, 202,
                     be32(0x11111111) + std::string("\x01\x05"
                                                    "alice\0",
                                                    8));
}

std::string noise(std::size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// As AES-CM leaves it: all behind the first eight bytes is noise.
std::string encrypted_packets() {
  const std::string plain = plain_packets();
  return plain.substr(0, 8) + noise(plain.size() - 8);
}

TEST(Srtcp, OfAnEncryptedReportTypeAndSenderAreReadAndTheRestIsUnknowable) {
  const std::string datagrams[] = {encrypted_packets() + be32(kE | 5) + noise(10),
                                   encrypted_packets() + noise(16) + be32(kE | 5)};
  for (const std::string& datagram : datagrams) {
    const auto glance = decode_srtcp(datagram);
    ASSERT_TRUE(glance);
    EXPECT_EQ(glance->first_type, kRtcpSenderReport);
    EXPECT_EQ(glance->sender_ssrc, 0x11111111u);
    EXPECT_TRUE(glance->readable.empty());
  }
}

TEST(Srtcp, AReportThatIsOnlyAuthenticatedIsReadable) {
  const std::string datagram = plain_packets() + be32(5) + noise(10);
  const auto glance = decode_srtcp(datagram);
  ASSERT_TRUE(glance);
  EXPECT_EQ(glance->readable, plain_packets());
  RtcpVisitor nobody;
  EXPECT_EQ(walk_rtcp(glance->readable, false, nobody).fault, RtcpFault::none);
}

TEST(Srtcp, NothingIsReadOfWhatIsNoReport) {
  const std::string good = encrypted_packets() + be32(kE | 5) + noise(10);
  EXPECT_FALSE(decode_srtcp(""));
  EXPECT_FALSE(decode_srtcp(good.substr(0, 65)));           // no room for the first packet and a trailer
  EXPECT_FALSE(decode_srtcp("\x80\x08" + good.substr(2)));  // RTP
  EXPECT_FALSE(decode_srtcp("\x41" + good.substr(1)));      // version 1
  EXPECT_FALSE(decode_srtcp("\x82" + good.substr(1)));      // two blocks where one has room
  EXPECT_FALSE(decode_srtcp(plain_packets().substr(0, 2) + be16(0) + good.substr(4)));
}

TEST(Srtcp, WithoutAnSdpItIsKnownByItsIndex) {
  EXPECT_TRUE(looks_like_srtcp(encrypted_packets() + be32(kE | 5) + noise(10)));
  EXPECT_TRUE(looks_like_srtcp(encrypted_packets() + noise(16) + be32(kE | 5)));
  EXPECT_FALSE(looks_like_srtcp(plain_packets()));
  EXPECT_FALSE(looks_like_srtcp(encrypted_packets() + noise(14)));
  EXPECT_FALSE(looks_like_srtcp(plain_packets().substr(0, 60)));
}

TEST(Srtcp, NoCutLeadsOutOfTheDatagram) {
  const std::string datagram = encrypted_packets() + be32(kE | 5) + noise(10);
  for (std::size_t size = 0; size <= datagram.size(); ++size) {
    const std::string cut(datagram.data(), size);
    const auto glance = decode_srtcp(cut);
    EXPECT_EQ(glance.has_value(), size >= 52 + 14) << size;
    (void)looks_like_srtcp(cut);
  }
}

}  // namespace
}  // namespace sipsonde
