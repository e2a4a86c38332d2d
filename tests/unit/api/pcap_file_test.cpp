// SPDX-License-Identifier: Apache-2.0
#include "api/pcap_file.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

Endpoint ipv4_at(std::uint8_t last, std::uint16_t port) {
  Endpoint endpoint;
  endpoint.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last};
  endpoint.port = port;
  return endpoint;
}
Endpoint ipv6_at(std::uint8_t last, std::uint16_t port) {
  Endpoint endpoint;
  endpoint.address = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last};
  endpoint.port = port;
  return endpoint;
}

std::string_view as_text(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// RFC 1071: with the right checksum in it the sum is all ones.
std::uint32_t sum_of(std::string_view bytes, std::uint32_t sum = 0) {
  for (std::size_t at = 0; at < bytes.size(); ++at)
    sum += static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])) << (at % 2 ? 0 : 8);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

std::uint32_t number_at(std::string_view file, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number |= static_cast<std::uint32_t>(static_cast<unsigned char>(file[at + i])) << (8 * i);
  return number;
}

TEST(PcapFile, BeginsLikeOneOfNanosecondsAndRawIp) {
  constexpr unsigned char kExpected[] = {0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0,   0, 0, 0,
                                         0,    0,    0,    0,    0, 0, 4, 0, 101, 0, 0, 0};
  std::string file;
  begin_pcap(file);
  EXPECT_EQ(file, as_text(kExpected, sizeof kExpected));
}

TEST(PcapFile, PutsAMessageIntoADatagramOfIpv4) {
  std::string record;
  append_pcap(record, {1'772'366'400'000'000'042, ipv4_at(1, 5060), ipv4_at(2, 5080), "OPTIONS"});
  EXPECT_EQ(number_at(record, 0), 1'772'366'400u);
  EXPECT_EQ(number_at(record, 4), 42u);
  EXPECT_EQ(number_at(record, 8), 35u);
  EXPECT_EQ(number_at(record, 12), 35u);
  const std::string_view packet = std::string_view(record).substr(16);
  ASSERT_EQ(packet.size(), 35u);
  constexpr unsigned char kStart[] = {0x45, 0, 0, 35, 0, 0, 0x40, 0, 64, 17};
  EXPECT_EQ(packet.substr(0, 10), as_text(kStart, sizeof kStart));
  constexpr unsigned char kAddresses[] = {192, 0, 2, 1, 192, 0, 2, 2, 0x13, 0xc4, 0x13, 0xd8, 0, 15};
  EXPECT_EQ(packet.substr(12, 14), as_text(kAddresses, sizeof kAddresses));
  EXPECT_EQ(packet.substr(28), "OPTIONS");
  EXPECT_EQ(sum_of(packet.substr(0, 20)), 0xffffu);
  EXPECT_EQ(sum_of(packet.substr(12), 17 + 15), 0xffffu);
}

TEST(PcapFile, PutsAMessageIntoADatagramOfIpv6) {
  std::string record;
  append_pcap(record, {0, ipv6_at(1, 5060), ipv6_at(2, 5060), "BYE sip"});
  const std::string_view packet = std::string_view(record).substr(16);
  ASSERT_EQ(packet.size(), 40u + 8 + 7);
  constexpr unsigned char kStart[] = {0x60, 0, 0, 0, 0, 15, 17, 64, 0x20, 0x01, 0x0d, 0xb8};
  EXPECT_EQ(packet.substr(0, 12), as_text(kStart, sizeof kStart));
  EXPECT_EQ(packet.substr(48), "BYE sip");
  EXPECT_EQ(sum_of(packet.substr(8), 17 + 15), 0xffffu);
}

TEST(PcapFile, SaysWhatItLeftOutOfAMessageThatNoDatagramHolds) {
  const std::string message(100'000, 'a');
  std::string record;
  append_pcap(record, {0, ipv4_at(1, 5060), ipv4_at(2, 5060), message});
  EXPECT_EQ(number_at(record, 8), 65'535u);
  EXPECT_EQ(number_at(record, 12), 100'028u);
  EXPECT_EQ(record.size(), 16u + 65'535);
  EXPECT_EQ(sum_of(std::string_view(record).substr(16 + 12), 17 + 65'515), 0xffffu);
}

TEST(PcapFile, HoldsAnEmptyMessageAndOneOfUnknownAddresses) {
  std::string record;
  append_pcap(record, {0, {}, {}, ""});
  EXPECT_EQ(number_at(record, 8), 48u) << "the unspecified address is one of IPv6";
  EXPECT_EQ(record.size(), 16u + 48);
}

}  // namespace
}  // namespace sipsonde
