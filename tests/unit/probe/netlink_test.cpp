// SPDX-License-Identifier: Apache-2.0
#include "probe/netlink.h"

#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace sipsonde {
namespace {

using Buffer = std::vector<std::uint8_t>;

// Length and type in host order, then the payload and its padding.
Buffer attribute(std::uint16_t length, std::uint16_t type, const Buffer& payload) {
  const std::uint16_t header[] = {length, type};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(header);
  Buffer out(bytes, bytes + sizeof header);
  for (const std::uint8_t byte : payload) out.push_back(byte);
  return out;
}

TEST(NetlinkAttributes, AreFoundByTypeWhateverTheirPadding) {
  Buffer bytes = attribute(5, 1, {7, 0, 0, 0});
  const Buffer second = attribute(8, 2, {'a', 'b', 0, 'x'});
  bytes.insert(bytes.end(), second.begin(), second.end());
  const auto attributes = netlink_attributes(bytes);
  ASSERT_EQ(attributes.size(), 2u);
  EXPECT_EQ(find_attribute(attributes, 1).number<std::uint8_t>(), 7);
  EXPECT_EQ(find_attribute(attributes, 2).text(), "ab");
  EXPECT_EQ(find_attribute(attributes, 3).type, 0);
}

TEST(NetlinkAttributes, FlagsInTheTypeDoNotHideIt) {
  const Buffer bytes = attribute(5, 0x8001, {7, 0, 0, 0});
  EXPECT_EQ(netlink_attributes(bytes).at(0).type, 1);
}

TEST(NetlinkAttributes, ImpossibleLengthsEndTheList) {
  EXPECT_TRUE(netlink_attributes({}).empty());
  EXPECT_TRUE(netlink_attributes(Buffer{5, 0, 1}).empty());
  EXPECT_TRUE(netlink_attributes(attribute(0, 1, {})).empty());
  EXPECT_TRUE(netlink_attributes(attribute(3, 1, {})).empty());
  EXPECT_TRUE(netlink_attributes(attribute(9, 1, {1, 2, 3, 4})).empty());
  EXPECT_EQ(netlink_attributes(attribute(7, 1, {1, 2, 3})).size(), 1u) << "the last needs no padding";
}

TEST(NetlinkAttributes, ANumberLongerThanItsPayloadIsNone) {
  const Buffer bytes = attribute(6, 1, {1, 2, 0, 0});
  EXPECT_FALSE(netlink_attributes(bytes).at(0).number<std::uint32_t>());
}

TEST(NetlinkSocket, TheKernelDescribesTheLoopbackInterface) {
  auto socket = NetlinkSocket::open(NETLINK_ROUTE);
  ASSERT_TRUE(socket) << socket.error().message;
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(if_nametoindex("lo"));
  const auto answers = socket->ask({RTM_GETLINK, 0, header});
  ASSERT_TRUE(answers) << answers.error().message;
  ASSERT_EQ(answers->size(), 1u);
  const auto attributes = netlink_attributes(Bytes(answers->front()).subspan(sizeof header));
  EXPECT_EQ(find_attribute(attributes, IFLA_IFNAME).text(), "lo");
}

TEST(NetlinkSocket, ARefusalIsAnError) {
  auto socket = NetlinkSocket::open(NETLINK_ROUTE);
  ASSERT_TRUE(socket);
  ifinfomsg header{};
  header.ifi_index = 0x7ffffff0;
  const auto answers = socket->ask({RTM_GETLINK, 0, header});
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().message, "netlink: No such device");
}

}  // namespace
}  // namespace sipsonde
