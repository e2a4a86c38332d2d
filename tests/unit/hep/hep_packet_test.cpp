// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_packet.h"

#include <gtest/gtest.h>

#include <random>

#include "hep_bytes.h"

namespace sipsonde {
namespace {

HepFault fault_of(const std::string& bytes) {
  HepPacket packet;
  return decode_hep(bytes, packet);
}

TEST(HepPacket, TheExampleOfTheSpecificationIsRead) {
  const std::string bytes = HepExample{}.bytes();
  ASSERT_EQ(bytes.size(), 113u);
  HepPacket packet;
  ASSERT_EQ(decode_hep(bytes, packet), HepFault::none);
  EXPECT_EQ(packet.ip_protocol, 17);
  EXPECT_EQ(to_text(packet.source), "212.202.0.1:12010");
  EXPECT_EQ(to_text(packet.destination), "82.116.0.211:5060");
  ASSERT_TRUE(packet.time);
  EXPECT_EQ(packet.time->seconds, 1313440459u);
  EXPECT_EQ(packet.time->microseconds, 120000u);
  EXPECT_EQ(packet.protocol, HepProtocol::sip);
  EXPECT_EQ(packet.capture_id, 228u);
  EXPECT_EQ(packet.payload, "INVITE sip:bob");
  EXPECT_FALSE(packet.compressed);
}

TEST(HepPacket, Ipv6AndTheOptionalChunksAreRead) {
  HepExample example;
  example.family = chunk(0x0001, "\x0a");
  example.source = chunk(0x0005, "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01");
  example.destination = chunk(0x0006, "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x02");
  example.more = chunk(0x0011, "call-1@host") + chunk(0x000e, "secret") + chunk(0x0013, "sbc-1") +
                 chunk(0x0012, "\x10\x2a");
  const std::string bytes = example.bytes();
  HepPacket packet;
  ASSERT_EQ(decode_hep(bytes, packet), HepFault::none);
  EXPECT_EQ(to_text(packet.source), "[2001:db8::1]:12010");
  EXPECT_EQ(to_text(packet.destination), "[2001:db8::2]:5060");
  EXPECT_EQ(packet.correlation_id, "call-1@host");
  EXPECT_EQ(packet.key, "secret");
  EXPECT_EQ(packet.agent_name, "sbc-1");
  EXPECT_EQ(packet.vlan_id, 42) << "a VLAN id has twelve bits";
}

TEST(HepPacket, ChunksMayComeInAnyOrder) {
  const HepExample e;
  EXPECT_EQ(fault_of(hep_of(e.payload + e.type + e.destination_port + e.source_port + e.destination +
                            e.source + e.protocol + e.family)),
            HepFault::none);
}

TEST(HepPacket, UnknownTypesAndOtherVendorsAreSkipped) {
  HepExample example;
  example.more =
      chunk(0x0999, "whatever") + chunk(0x0007, "not two bytes", 2) + chunk(0x000f, "another's", 0x9999);
  const std::string bytes = example.bytes();
  HepPacket packet;
  ASSERT_EQ(decode_hep(bytes, packet), HepFault::none);
  EXPECT_EQ(packet.source.port, 12010);
  EXPECT_EQ(packet.payload, "INVITE sip:bob");
}

TEST(HepPacket, TimeIsAbsentWhenBothPartsAreZeroOrTheSecondIsNoFraction) {
  HepExample example;
  HepPacket packet;
  example.seconds = chunk(0x0009, std::string(4, '\0'));
  example.microseconds = chunk(0x000a, std::string(4, '\0'));
  std::string bytes = example.bytes();
  ASSERT_EQ(decode_hep(bytes, packet), HepFault::none);
  EXPECT_FALSE(packet.time);
  example.seconds = chunk(0x0009, "\x4e\x49\x82\xcb");
  example.microseconds = chunk(0x000a, big_endian(1'000'000, 4));
  bytes = example.bytes();
  ASSERT_EQ(decode_hep(bytes, packet), HepFault::none);
  EXPECT_FALSE(packet.time);
}

TEST(HepPacket, ACompressedPayloadIsMarked) {
  HepExample example;
  example.payload = chunk(0x0010, "\x1f\x8b");
  const std::string bytes = example.bytes();
  HepPacket packet;
  ASSERT_EQ(decode_hep(bytes, packet), HepFault::none);
  EXPECT_TRUE(packet.compressed);
}

TEST(HepPacket, WhatDoesNotHoldIsAFault) {
  const std::string good = HepExample{}.bytes();
  std::string longer = good;
  longer[5] = static_cast<char>(longer[5] + 1);
  std::string shorter = good;
  shorter[5] = static_cast<char>(shorter[5] - 1);

  struct Case {
    const char* name;
    std::string bytes;
    HepFault fault;
  };
  const Case cases[] = {
      {"nothing", "", HepFault::not_hep},
      {"a beginning", "HEP", HepFault::not_hep},
      {"SIP", "OPTIONS sip:a@b SIP/2.0\r\n\r\n", HepFault::not_hep},
      {"HEP 4", "HEP4" + good.substr(4), HepFault::not_hep},
      {"HEP 1", "\x01\x10\x02\x11" + std::string(12, 'x'), HepFault::old_version},
      {"HEP 2", "\x02\x10\x02\x11" + std::string(24, 'x'), HepFault::old_version},
      {"a length beyond the datagram", longer, HepFault::length},
      {"bytes behind the length", shorter, HepFault::length},
      {"no chunk", hep_of(""), HepFault::incomplete},
      {"half a chunk's header", hep_of("\x00\x00\x00"s), HepFault::chunk},
      {"a chunk shorter than its header", hep_of("\x00\x00\x00\x0f\x00\x05"s), HepFault::chunk},
      {"a chunk of length 0", hep_of("\x00\x00\x00\x0f\x00\x00"s), HepFault::chunk},
      {"a chunk beyond the packet", hep_of("\x00\x00\x00\x0f\x00\x07"s), HepFault::chunk},
      {"a port of three bytes", hep_of(chunk(0x0007, "abc")), HepFault::chunk},
      {"an IPv4 address of sixteen bytes", hep_of(chunk(0x0003, std::string(16, 'a'))), HepFault::chunk},
      {"an empty family", hep_of(chunk(0x0001, "")), HepFault::chunk},
  };
  for (const Case& one : cases) EXPECT_EQ(fault_of(one.bytes), one.fault) << one.name;
}

TEST(HepPacket, WhatIsNeededAndNotThereIsAFault) {
  std::string HepExample::*const needed[] = {
      &HepExample::family,           &HepExample::source, &HepExample::destination, &HepExample::source_port,
      &HepExample::destination_port, &HepExample::type,   &HepExample::payload};
  for (const auto member : needed) {
    HepExample example;
    (example.*member).clear();
    EXPECT_EQ(fault_of(example.bytes()), HepFault::incomplete);
  }
  HepExample strange;
  strange.family = chunk(0x0001, "\x07");
  EXPECT_EQ(fault_of(strange.bytes()), HepFault::incomplete);
}

TEST(HepPacket, CutAnywhereItIsAFault) {
  const std::string whole = HepExample{}.bytes();
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(fault_of(whole.substr(0, length)), HepFault::none) << length;
}

TEST(HepPacket, ChangedAnywhereItIsReadWithinItsBytes) {
  std::mt19937 random(7);
  const std::string whole = HepExample{}.bytes();
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = whole;
    for (int change = 0; change < 3; ++change) bytes[random() % bytes.size()] = static_cast<char>(random());
    HepPacket packet;
    if (decode_hep(bytes, packet) != HepFault::none) continue;
    EXPECT_LE(packet.payload.size(), bytes.size());
  }
}

TEST(HepPacket, WhatIsWrittenIsRead) {
  HepPacket sent;
  sent.ip_protocol = 6;
  sent.source = {*address_of("192.0.2.1"), 5060};
  sent.destination = {*address_of("192.0.2.2"), 5061};
  sent.time = HepTime{1'700'000'000, 999'999};
  sent.protocol = HepProtocol::rtcp_json;
  sent.capture_id = 2001;
  sent.vlan_id = 7;
  sent.payload = "{}";
  sent.correlation_id = "call-1";
  sent.agent_name = "sbc-1";
  sent.key = "pass";
  std::string bytes = "before";
  ASSERT_TRUE(append_hep(bytes, sent));
  EXPECT_EQ(bytes.size(), 6 + hep_size(sent));
  HepPacket read;
  ASSERT_EQ(decode_hep(std::string_view(bytes).substr(6), read), HepFault::none);
  EXPECT_EQ(read.ip_protocol, sent.ip_protocol);
  EXPECT_EQ(read.source, sent.source);
  EXPECT_EQ(read.destination, sent.destination);
  EXPECT_EQ(read.time->seconds, 1'700'000'000u);
  EXPECT_EQ(read.time->microseconds, 999'999u);
  EXPECT_EQ(read.protocol, sent.protocol);
  EXPECT_EQ(read.capture_id, sent.capture_id);
  EXPECT_EQ(read.vlan_id, sent.vlan_id);
  EXPECT_EQ(read.payload, sent.payload);
  EXPECT_EQ(read.correlation_id, sent.correlation_id);
  EXPECT_EQ(read.agent_name, sent.agent_name);
  EXPECT_EQ(read.key, sent.key);
}

TEST(HepPacket, TheExampleIsWrittenAsTheSpecificationHasIt) {
  const std::string example = HepExample{}.bytes();
  HepPacket packet;
  ASSERT_EQ(decode_hep(example, packet), HepFault::none);
  std::string written;
  ASSERT_TRUE(append_hep(written, packet));
  EXPECT_EQ(written, example);
}

TEST(HepPacket, Ipv6IsWritten) {
  HepPacket sent;
  sent.source = {*address_of("2001:db8::1"), 1};
  sent.destination = {*address_of("2001:db8::2"), 2};
  sent.payload = "x";
  std::string bytes;
  ASSERT_TRUE(append_hep(bytes, sent));
  HepPacket read;
  ASSERT_EQ(decode_hep(bytes, read), HepFault::none);
  EXPECT_EQ(to_text(read.source), "[2001:db8::1]:1");
}

TEST(HepPacket, WhatIsLargerThanAPacketCanBeIsNotWritten) {
  HepPacket packet;
  packet.source = packet.destination = {*address_of("192.0.2.1"), 1};
  const std::size_t around = hep_size(packet);
  const std::string payload(kHepPacketMax - around + 1, 'a');
  std::string bytes;
  packet.payload = payload;
  EXPECT_FALSE(append_hep(bytes, packet));
  EXPECT_TRUE(bytes.empty());
  packet.payload = std::string_view(payload).substr(1);
  EXPECT_TRUE(append_hep(bytes, packet));
  EXPECT_EQ(bytes.size(), kHepPacketMax);
}

}  // namespace
}  // namespace sipsonde
