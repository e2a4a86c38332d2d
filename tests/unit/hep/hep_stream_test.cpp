// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "hep/hep_packet.h"
#include "hep_bytes.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;

// A connection that brings `bytes` in pieces.
class Connection {
 public:
  bool bring(std::string_view bytes, std::size_t piece = 65536) {
    while (!bytes.empty()) {
      const auto room = stream_.room();
      const std::size_t count = std::min({bytes.size(), piece, room.size()});
      std::memcpy(room.data(), bytes.data(), count);
      bytes.remove_prefix(count);
      if (!stream_.take(count, [this](std::string_view packet) { packets.emplace_back(packet); }))
        return false;
    }
    return true;
  }
  std::vector<std::string> packets;

 private:
  HepStream stream_;
};

TEST(HepStream, PacketsComeOutHoweverTheyCameIn) {
  const std::string one = HepExample{}.bytes(), two = hep_of(chunk(0x000f, "two")), three = hep_of("");
  for (const std::size_t piece : {1, 2, 5, 6, 7, 113, 114, 1000}) {
    Connection connection;
    EXPECT_TRUE(connection.bring(one + two + three, piece)) << piece;
    EXPECT_THAT(connection.packets, ElementsAre(one, two, three)) << piece;
  }
}

TEST(HepStream, TheLargestPacketFits) {
  const std::string largest = hep_of(chunk(0x000f, std::string(kHepPacketMax - 12, 'a')));
  ASSERT_EQ(largest.size(), kHepPacketMax);
  Connection connection;
  EXPECT_TRUE(connection.bring(largest + largest + largest));
  EXPECT_THAT(connection.packets, ElementsAre(largest, largest, largest));
}

TEST(HepStream, WhatIsNoHepEndsIt) {
  for (const std::string& bytes :
       {"GET / HTTP/1.1\r\n"s, "HEX3"s, "X"s, "HEP3\x00\x05"s, "HEP3\x00\x00"s, "\x02\x10\x02\x11"s}) {
    Connection connection;
    EXPECT_FALSE(connection.bring(bytes, 1)) << bytes;
    EXPECT_TRUE(connection.packets.empty());
  }
}

TEST(HepStream, WhatFollowsAPacketAndIsNoHepEndsItAfterThePacket) {
  const std::string packet = HepExample{}.bytes();
  Connection connection;
  EXPECT_FALSE(connection.bring(packet + "nonsense"));
  EXPECT_THAT(connection.packets, ElementsAre(packet));
}

TEST(HepStream, ThereIsAlwaysRoom) {
  std::mt19937 random(3);
  HepStream stream;
  for (int round = 0; round < 5000; ++round) {
    const auto room = stream.room();
    ASSERT_FALSE(room.empty());
    // The beginning of the largest packet, never its end.
    const std::size_t count = std::min<std::size_t>(room.size(), 1 + random() % 64);
    const std::string begin = "HEP3\xff\xff" + std::string(65536, 'a');
    static std::size_t at = 0;
    std::memcpy(room.data(), begin.data() + at % kHepPacketMax,
                std::min(count, kHepPacketMax - at % kHepPacketMax));
    const std::size_t written = std::min(count, kHepPacketMax - at % kHepPacketMax);
    at += written;
    ASSERT_TRUE(
        stream.take(written, [](std::string_view packet) { EXPECT_EQ(packet.size(), kHepPacketMax); }));
  }
}

}  // namespace
}  // namespace sipsonde
