// SPDX-License-Identifier: Apache-2.0
#include "decode/reassembly.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "fragment_packets.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kMebibyte = 1 << 20;

enum class Family { ipv4, ipv6 };

std::string packet_of(Family family, std::string_view datagram, const Part& part) {
  return family == Family::ipv4 ? ipv4_packet(datagram, part) : ipv6_packet(datagram, part);
}

sipsonde_event head_at(std::uint64_t time_ns) {
  sipsonde_event head{};
  head.time_ns = time_ns;
  head.ifindex = 2;
  head.kind = SIPSONDE_KIND_fragment;
  head.flow = SIPSONDE_FLOW_egress;
  head.vlan_id = 30;
  return head;
}

// A table and what came out of it.
struct Bench {
  explicit Bench(std::uint64_t limit_bytes = kMebibyte)
      : table(limit_bytes, [this](const Datagram& datagram) {
          payloads.emplace_back(datagram.payload);
          heads.push_back(datagram.head);
        }) {}

  void observe(const std::string& packet, std::uint64_t time_ns = kSecond) {
    table.observe(head_at(time_ns), packet);
  }

  std::vector<std::string> payloads;
  std::vector<sipsonde_event> heads;
  FragmentTable table;
};

struct Counts {
  std::uint64_t held = 0, reassembled = 0, timeout = 0, overlap = 0, evicted = 0, in_memory = 0, refused = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
  friend void PrintTo(const Counts& c, std::ostream* out) {
    *out << "held " << c.held << " reassembled " << c.reassembled << " timeout " << c.timeout << " overlap "
         << c.overlap << " evicted " << c.evicted << " in memory " << c.in_memory << " refused " << c.refused;
  }
};

Counts counts_of(const FragmentTable& table) {
  return {.held = table.count(FragmentResult::held),
          .reassembled = table.count(FragmentResult::reassembled),
          .timeout = table.count(FragmentResult::timeout),
          .overlap = table.count(FragmentResult::overlap),
          .evicted = table.count(FragmentResult::evicted),
          .in_memory = table.in_memory(),
          .refused = table.refused()};
}

const std::string kPayload(100, 'p');
const std::string kDatagram = udp_datagram(kPayload);  // 108 bytes

class Fragments : public testing::TestWithParam<Family> {
 protected:
  std::string part(std::size_t offset, std::size_t length, bool more) const {
    return packet_of(GetParam(), kDatagram, {offset, length, more});
  }
  std::string part(const Part& part) const { return packet_of(GetParam(), kDatagram, part); }
};
INSTANTIATE_TEST_SUITE_P(Families, Fragments, testing::Values(Family::ipv4, Family::ipv6),
                         [](const auto& test) { return test.param == Family::ipv4 ? "Ipv4" : "Ipv6"; });

TEST_P(Fragments, InOrderGiveTheDatagram) {
  Bench bench;
  bench.observe(part(0, 64, true));
  EXPECT_TRUE(bench.payloads.empty());
  bench.observe(part(64, 44, false));
  ASSERT_EQ(bench.payloads.size(), 1u);
  EXPECT_EQ(bench.payloads[0], kPayload);
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 2, .reassembled = 2}));
}

TEST_P(Fragments, OutOfOrderGiveTheDatagram) {
  Bench bench;
  bench.observe(part(64, 44, false));
  bench.observe(part(32, 32, true));
  bench.observe(part(0, 32, true));
  ASSERT_EQ(bench.payloads.size(), 1u);
  EXPECT_EQ(bench.payloads[0], kPayload);
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 3, .reassembled = 3}));
}

TEST_P(Fragments, DatagramCarriesTheHeadOfItsLastPart) {
  Bench bench;
  bench.observe(part(0, 64, true), 1 * kSecond);
  bench.observe(part(64, 44, false), 2 * kSecond);
  ASSERT_EQ(bench.heads.size(), 1u);
  const sipsonde_event& head = bench.heads[0];
  EXPECT_EQ(head.time_ns, 2 * kSecond);
  EXPECT_EQ(head.kind, SIPSONDE_KIND_sip);
  EXPECT_EQ(head.path, SIPSONDE_PATH_reassembled);
  EXPECT_EQ(head.transport, SIPSONDE_TRANSPORT_udp);
  EXPECT_EQ(head.flow, SIPSONDE_FLOW_egress);
  EXPECT_EQ(head.ifindex, 2u);
  EXPECT_EQ(head.vlan_id, 30);
  EXPECT_EQ(head.src_port, 5060);
  EXPECT_EQ(head.dst_port, 5070);
  EXPECT_EQ(head.payload_len, 100u);
  EXPECT_EQ(head.wire_len, 100u);
  Address source;
  std::copy_n(head.src_addr, source.size(), source.begin());
  Address destination;
  std::copy_n(head.dst_addr, destination.size(), destination.begin());
  EXPECT_EQ(to_text(source), GetParam() == Family::ipv4 ? "192.0.2.1" : "2001:db8::1");
  EXPECT_EQ(to_text(destination), GetParam() == Family::ipv4 ? "198.51.100.9" : "2001:db8::9");
}

TEST_P(Fragments, ExactRepetitionIsIgnored) {
  Bench bench;
  bench.observe(part(64, 44, false));
  bench.observe(part(64, 44, false));
  bench.observe(part(0, 32, true));
  bench.observe(part(0, 32, true));
  bench.observe(part(32, 32, true));
  ASSERT_EQ(bench.payloads.size(), 1u);
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 3, .reassembled = 3}));
}

TEST_P(Fragments, OfTwoDatagramsDoNotMix) {
  Bench bench;
  bench.observe(part({0, 64, true, 1}));
  bench.observe(part({64, 44, false, 2}));
  bench.observe(part({64, 44, false, 1, 7}));
  EXPECT_TRUE(bench.payloads.empty());
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 3, .in_memory = 3}));
}

TEST_P(Fragments, OfTwoInterfacesVlansOrFlowsDoNotMix) {
  Bench bench;
  bench.observe(part(0, 64, true));
  sipsonde_event other = head_at(kSecond);
  other.ifindex = 3;
  bench.table.observe(other, part(64, 44, false));
  other = head_at(kSecond);
  other.flow = SIPSONDE_FLOW_ingress;
  bench.table.observe(other, part(64, 44, false));
  other = head_at(kSecond);
  other.vlan_id = 31;
  bench.table.observe(other, part(64, 44, false));
  EXPECT_TRUE(bench.payloads.empty());
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 4, .in_memory = 4}));
}

struct Contradiction {
  const char* name;
  std::vector<Part> parts;  // the last one contradicts
};
const Contradiction kContradictions[] = {
    {"front", {{16, 32, true}, {0, 24, true}}},
    {"back", {{0, 24, true}, {16, 32, true}}},
    {"inside", {{0, 64, true}, {16, 8, true}}},
    {"around", {{16, 8, true}, {0, 64, true}}},
    {"same place, other length", {{0, 64, true}, {0, 56, true}}},
    {"same place, now the last", {{64, 40, true}, {64, 40, false}}},
    {"same place, no more the last", {{64, 40, false}, {64, 40, true}}},
    {"a second end", {{64, 44, false}, {8, 5, false}}},
    {"behind the end", {{16, 8, false}, {64, 8, true}}},
    {"an end before a part", {{64, 8, true}, {16, 8, false}}},
};

TEST_P(Fragments, ThatContradictEachOtherDropTheDatagram) {
  for (const Contradiction& test : kContradictions) {
    SCOPED_TRACE(test.name);
    Bench bench;
    for (const Part& each : test.parts) bench.observe(part(each));
    EXPECT_EQ(counts_of(bench.table), (Counts{.held = 2, .overlap = 2}));
    // What still comes within its lifetime shares its fate, even what would make a datagram of its own.
    bench.observe(part(0, 64, true), 30 * kSecond);
    bench.observe(part(64, 44, false), 30 * kSecond);
    EXPECT_EQ(counts_of(bench.table), (Counts{.held = 4, .overlap = 4}));
    EXPECT_TRUE(bench.payloads.empty());
    // Then the identification is free again.
    bench.observe(part(0, 64, true), 31 * kSecond);
    bench.observe(part(64, 44, false), 31 * kSecond);
    EXPECT_EQ(bench.payloads.size(), 1u);
  }
}

TEST_P(Fragments, SamePlaceWithOtherBytesIsAnOverlap) {
  Bench bench;
  bench.observe(part(64, 40, true));
  bench.observe(packet_of(GetParam(), udp_datagram(std::string(100, 'x')), {64, 40, true}));
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 2, .overlap = 2}));
}

TEST_P(Fragments, WithoutTheirTailTimeOutAfter30Seconds) {
  Bench bench;
  bench.observe(part(0, 32, true), 1 * kSecond);
  bench.observe(part(32, 32, true), 20 * kSecond);
  bench.table.advance(31 * kSecond - 1);
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 2, .in_memory = 2}));
  bench.table.advance(31 * kSecond);
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 2, .timeout = 2}));
}

TEST_P(Fragments, TailThatComesTooLateOpensAnotherDatagram) {
  Bench bench;
  bench.observe(part(0, 64, true), 1 * kSecond);
  bench.observe(part(64, 44, false), 31 * kSecond);
  EXPECT_TRUE(bench.payloads.empty());
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 2, .timeout = 1, .in_memory = 1}));
}

TEST_P(Fragments, TimeThatStepsBackForgetsNothing) {
  Bench bench;
  bench.observe(part(0, 64, true), 100 * kSecond);
  bench.observe(part(64, 44, false), 99 * kSecond);
  EXPECT_EQ(bench.payloads.size(), 1u);
}

TEST_P(Fragments, OldestDatagramGivesWayAtTheByteLimit) {
  const std::string datagram = udp_datagram(std::string(1200, 'p'));
  Bench bench(4096);
  for (std::uint32_t id = 1; id <= 5; ++id) {
    bench.observe(packet_of(GetParam(), datagram, {0, 1000, true, id}));
  }
  const Counts counts = counts_of(bench.table);
  EXPECT_GT(counts.evicted, 0u);
  EXPECT_EQ(counts.held, counts.evicted + counts.in_memory);
  // The youngest is still there, the oldest is not.
  bench.observe(packet_of(GetParam(), datagram, {1000, 208, false, 5}));
  EXPECT_EQ(bench.payloads.size(), 1u);
  bench.observe(packet_of(GetParam(), datagram, {1000, 208, false, 1}));
  EXPECT_EQ(bench.payloads.size(), 1u);
}

TEST_P(Fragments, NothingFitsIntoNoMemory) {
  Bench bench(0);
  bench.observe(part(0, 64, true));
  bench.observe(part(64, 44, false));
  EXPECT_TRUE(bench.payloads.empty());
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 2, .evicted = 2}));
}

TEST_P(Fragments, SixtyFourPartsAreTakenOneMoreIsNot) {
  const std::string datagram = udp_datagram(std::string(65 * 8 - 8, 'p'));
  for (const std::size_t parts : {64u, 65u}) {
    Bench bench;
    for (std::size_t i = 0; i < parts; ++i) {
      bench.observe(packet_of(GetParam(), datagram.substr(0, parts * 8), {i * 8, 8, i + 1 < parts}));
    }
    if (parts == 64) {
      EXPECT_EQ(counts_of(bench.table).reassembled, 64u);
    } else {
      EXPECT_EQ(counts_of(bench.table), (Counts{.held = 65, .evicted = 65}));
    }
  }
}

TEST_P(Fragments, LargestDatagramIsPutTogether) {
  const std::string payload(65535 - 8 - 20, 'p');  // the most that an unfragmentable header leaves IPv4
  const std::string datagram = udp_datagram(payload);
  Bench bench;
  for (std::size_t offset = 0; offset < datagram.size(); offset += 1480) {
    const std::size_t length = std::min<std::size_t>(1480, datagram.size() - offset);
    bench.observe(packet_of(GetParam(), datagram, {offset, length, offset + length < datagram.size()}));
  }
  ASSERT_EQ(bench.payloads.size(), 1u);
  EXPECT_EQ(bench.payloads[0], payload);
}

TEST_P(Fragments, PastTheLargestDatagramAreRefused) {
  const std::string datagram(65600, 'p');
  Bench bench;
  bench.observe(packet_of(GetParam(), datagram, {65528, 8, false}));
  EXPECT_EQ(counts_of(bench.table), (Counts{.refused = 1}));
  bench.observe(packet_of(GetParam(), datagram, {65528, 7, false}));
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 1, .in_memory = 1, .refused = 1}));
}

TEST_P(Fragments, EmptyOrUnalignedPartsAreRefused) {
  Bench bench;
  bench.observe(part(0, 0, true));
  bench.observe(part(8, 0, false));
  bench.observe(part(0, 63, true));
  EXPECT_EQ(counts_of(bench.table), (Counts{.refused = 3}));
}

TEST_P(Fragments, CutAnywhereAreRefused) {
  const std::string whole = part(0, 64, true);
  Bench bench;
  for (std::size_t length = 0; length < whole.size(); ++length) bench.observe(whole.substr(0, length));
  EXPECT_EQ(counts_of(bench.table), (Counts{.refused = whole.size()}));
}

TEST_P(Fragments, PaddingBehindThePacketIsIgnored) {
  Bench bench;
  bench.observe(part(0, 104, true) + "padding");
  bench.observe(part(104, 4, false) + std::string(30, '\0'));
  ASSERT_EQ(bench.payloads.size(), 1u);
  EXPECT_EQ(bench.payloads[0], kPayload);
}

TEST_P(Fragments, DatagramOfOnePartIsWholeAtOnce) {
  Bench bench;
  bench.observe(part(0, 108, false));
  EXPECT_EQ(bench.payloads.size(), 1u);
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 1, .reassembled = 1}));
}

TEST_P(Fragments, WholeDatagramWithAWrongUdpLengthIsRefused) {
  for (const char length : {'\0', '\x07', '\x6d'}) {
    std::string datagram = kDatagram;
    datagram[5] = length;
    Bench bench;
    bench.observe(packet_of(GetParam(), datagram, {0, 64, true}));
    bench.observe(packet_of(GetParam(), datagram, {64, 44, false}));
    EXPECT_TRUE(bench.payloads.empty());
    EXPECT_EQ(counts_of(bench.table), (Counts{.held = 2, .reassembled = 2, .refused = 1}));
  }
}

TEST_P(Fragments, DatagramTooShortForAUdpHeaderIsRefused) {
  Bench bench;
  bench.observe(part(0, 7, false));
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 1, .reassembled = 1, .refused = 1}));
}

TEST_P(Fragments, BytesBehindTheUdpLengthAreNotPayload) {
  Bench bench;
  const std::string longer = kDatagram + "trailer!";
  bench.observe(packet_of(GetParam(), longer, {0, 64, true}));
  bench.observe(packet_of(GetParam(), longer, {64, 52, false}));
  ASSERT_EQ(bench.payloads.size(), 1u);
  EXPECT_EQ(bench.payloads[0], kPayload);
}

// ---- what only one family has ----

TEST(Ipv4Fragments, OptionsAreSteppedOver) {
  Bench bench;
  bench.observe(ipv4_packet(kDatagram, {0, 64, true}, "\x01\x01\x01\x01\x01\x01\x01\x01"));
  bench.observe(ipv4_packet(kDatagram, {64, 44, false}));
  ASSERT_EQ(bench.payloads.size(), 1u);
  EXPECT_EQ(bench.payloads[0], kPayload);
}

TEST(Ipv4Fragments, OfAnotherProtocolAreRefused) {
  Bench bench;
  bench.observe(ipv4_packet(kDatagram, {.offset = 0, .length = 64, .more = true, .protocol = 6}));
  EXPECT_EQ(counts_of(bench.table), (Counts{.refused = 1}));
}

TEST(Ipv4Fragments, WithHeaderLengthsThatDoNotHoldAreRefused) {
  Bench bench;
  std::string packet = ipv4_packet(kDatagram, {0, 64, true});
  packet[0] = 0x44;  // a header of 16 bytes
  bench.observe(packet);
  packet[0] = 0x4f;  // a header of 60 bytes in a packet of 50
  packet[2] = 0;
  packet[3] = 50;
  bench.observe(packet);
  packet[0] = 0x55;  // version 5
  bench.observe(packet);
  EXPECT_EQ(counts_of(bench.table), (Counts{.refused = 3}));
}

// Hop-by-hop, routing, destination options and authentication, each naming the next; then the fragment
// header.
const std::string kExtensions(
    "\x2b\x00\x01\x04\0\0\0\0"                                  // hop-by-hop, 8 bytes
    "\x3c\x02\x00\x00\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"  // routing, 24 bytes
    "\x33\x00\x01\x04\0\0\0\0"                                  // destination options
    "\x2c\x01\x00\x00\0\0\0\1\0\0\0\1",                         // authentication, 12 bytes
    52);

TEST(Ipv6Fragments, BehindExtensionHeadersAreFound) {
  Bench bench;
  bench.observe(ipv6_packet(kDatagram, {0, 64, true}, kExtensions, 0));
  bench.observe(ipv6_packet(kDatagram, {64, 44, false}, kExtensions, 0));
  ASSERT_EQ(bench.payloads.size(), 1u);
  EXPECT_EQ(bench.payloads[0], kPayload);
}

TEST(Ipv6Fragments, ExtensionHeadersInsideTheDatagramAreSteppedOver) {
  const std::string datagram = std::string("\x11\x00\x01\x04\0\0\0\0", 8) + kDatagram;
  Bench bench;
  // The tail names another next header; only the first part's counts (RFC 8200 section 4.5).
  bench.observe(ipv6_packet(datagram, {.offset = 64, .length = 52, .more = false, .protocol = 59}));
  bench.observe(ipv6_packet(datagram, {.offset = 0, .length = 64, .more = true, .protocol = 60}));
  ASSERT_EQ(bench.payloads.size(), 1u);
  EXPECT_EQ(bench.payloads[0], kPayload);
}

TEST(Ipv6Fragments, DatagramThatIsNoUdpIsRefusedOnceWhole) {
  Bench bench;
  bench.observe(ipv6_packet(kDatagram, {.offset = 0, .length = 64, .more = true, .protocol = 6}));
  bench.observe(ipv6_packet(kDatagram, {.offset = 64, .length = 44, .more = false, .protocol = 6}));
  EXPECT_TRUE(bench.payloads.empty());
  EXPECT_EQ(counts_of(bench.table), (Counts{.held = 2, .reassembled = 2, .refused = 1}));
}

TEST(Ipv6Fragments, IdentificationHas32Bits) {
  Bench bench;
  bench.observe(ipv6_packet(kDatagram, {0, 64, true, 0x10001}));
  bench.observe(ipv6_packet(kDatagram, {64, 44, false, 0x20001}));
  EXPECT_TRUE(bench.payloads.empty());
}

TEST(Ipv6Fragments, WithoutAFragmentHeaderAreRefused) {
  Bench bench;
  bench.observe(ipv6_packet(kDatagram, {0, 64, true}, {}, 17));
  std::string endless;  // destination options, each announcing another one
  for (int i = 0; i < 30; ++i) endless.append("\x3c\x00\x01\x04\0\0\0\0", 8);
  bench.observe(ipv6_packet(kDatagram, {0, 64, true}, endless, 60));
  bench.observe(ipv6_packet(kDatagram, {0, 64, true}, std::string("\x2c\xff\0\0\0\0\0\0", 8), 0));
  EXPECT_EQ(counts_of(bench.table), (Counts{.refused = 3}));
}

TEST(Ipv6Fragments, OfMappedAddressesAreNotIpv4s) {
  // The same addresses, identification and bytes in both families, as IPv6 writes IPv4's.
  std::string mapped = ipv6_packet(kDatagram, {64, 44, false});
  const std::string source("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x01", 16);
  const std::string destination("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc6\x33\x64\x09", 16);
  mapped.replace(8, 16, source).replace(24, 16, destination);
  Bench bench;
  bench.observe(ipv4_packet(kDatagram, {0, 64, true}));
  bench.observe(mapped);
  EXPECT_TRUE(bench.payloads.empty());
}

// ---- property: however it is cut and shuffled, the datagram comes back ----

class Shuffle {
 public:
  explicit Shuffle(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string payload() {
    std::string bytes(1 + below(6000), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  // Cut at random multiples of eight, in random order.
  std::vector<std::string> packets(Family family, std::string_view datagram, std::uint32_t identification) {
    std::vector<std::string> packets;
    for (std::size_t offset = 0; offset < datagram.size();) {
      const std::size_t length = std::min(datagram.size() - offset, 8 * (13 + below(120)));
      const bool more = offset + length < datagram.size();
      packets.push_back(packet_of(family, datagram, {offset, length, more, identification}));
      offset += length;
    }
    std::shuffle(packets.begin(), packets.end(), random_);
    return packets;
  }

  template <typename T>
  void mix(std::vector<T>& items) {
    std::shuffle(items.begin(), items.end(), random_);
  }

 private:
  std::mt19937 random_;
};

TEST_P(Fragments, CutAndShuffledAtRandomGiveEachDatagramBack) {
  Shuffle shuffle(20261);
  for (int round = 0; round < 300; ++round) {
    Bench bench;
    std::vector<std::string> expected;
    std::vector<std::string> packets;
    for (std::uint32_t id = 0; id < 5; ++id) {
      expected.push_back(shuffle.payload());
      for (auto& packet : shuffle.packets(GetParam(), udp_datagram(expected.back()), id))
        packets.push_back(packet);
    }
    shuffle.mix(packets);
    for (const std::string& packet : packets) bench.observe(packet);
    std::sort(expected.begin(), expected.end());
    std::sort(bench.payloads.begin(), bench.payloads.end());
    ASSERT_EQ(bench.payloads, expected) << "round " << round;
    ASSERT_EQ(counts_of(bench.table), (Counts{.held = packets.size(), .reassembled = packets.size()}));
  }
}

}  // namespace
}  // namespace sipsonde
