// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_listener.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <condition_variable>
#include <mutex>

#include "hep/hep_connections.h"
#include "hep_bytes.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kPatience = 20s;

class HepListenerTest : public testing::Test {
 protected:
  void listen(HepListen::Transport transport, const std::string& host = "127.0.0.1") {
    auto started = HepListener::start({transport, {host, 0}}, surroundings());
    ASSERT_TRUE(started) << started.error().message;
    listener = std::move(*started);
  }

  HepSurroundings surroundings() {
    return {.receive =
                [this](std::string_view packet, const Address& sender) {
                  const std::lock_guard lock(mutex);
                  packets.emplace_back(packet);
                  senders.push_back(to_text(sender));
                  came.notify_all();
                },
            .on_loss = [] {},
            .counts = counts};
  }

  FileDescriptor connected(int kind) {
    FileDescriptor client{socket(AF_INET, kind | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(listener->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{20, 0};
    setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return client;
  }
  static void send_all(const FileDescriptor& client, const std::string& bytes) {
    EXPECT_EQ(send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  static bool is_closed_by_the_other_end(const FileDescriptor& client) {
    char byte;
    return recv(client.get(), &byte, 1, 0) <= 0;
  }

  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    came.wait_for(lock, kPatience, [&] { return packets.size() >= count; });
    return packets;
  }
  std::uint64_t ended(HepConnectionEnd end) const {
    return counts.connections_ended[static_cast<std::size_t>(end)];
  }

  HepCounts counts;
  std::mutex mutex;
  std::condition_variable came;
  std::vector<std::string> packets, senders;
  std::unique_ptr<HepListener> listener;  // last: its thread uses what stands above
};

TEST_F(HepListenerTest, DatagramsArriveWhole) {
  listen(HepListen::Transport::udp);
  const FileDescriptor client = connected(SOCK_DGRAM);
  const std::string large(65507, 'x');  // the largest over IPv4
  send_all(client, "one");
  send_all(client, large);
  send_all(client, "three");
  EXPECT_THAT(wait_for(3), ElementsAre("one", large, "three"));
  EXPECT_EQ(senders[0], "127.0.0.1");
}

TEST_F(HepListenerTest, AConnectionBringsPacketAfterPacket) {
  listen(HepListen::Transport::tcp);
  const std::string one = HepExample{}.bytes(), two = hep_of(chunk(0x000f, "two"));
  const FileDescriptor client = connected(SOCK_STREAM);
  send_all(client, one + two.substr(0, 7));
  EXPECT_THAT(wait_for(1), ElementsAre(one));
  send_all(client, two.substr(7) + one);
  EXPECT_THAT(wait_for(3), ElementsAre(one, two, one));
}

TEST_F(HepListenerTest, ConnectionsDoNotDisturbEachOther) {
  listen(HepListen::Transport::tcp);
  const std::string one = HepExample{}.bytes();
  const FileDescriptor first = connected(SOCK_STREAM), second = connected(SOCK_STREAM);
  send_all(first, one.substr(0, 50));
  send_all(second, one);
  EXPECT_THAT(wait_for(1), ElementsAre(one));
  send_all(first, one.substr(50));
  EXPECT_THAT(wait_for(2), ElementsAre(one, one));
}

TEST_F(HepListenerTest, WhatIsNoHepIsClosed) {
  listen(HepListen::Transport::tcp);
  const FileDescriptor client = connected(SOCK_STREAM);
  send_all(client, "GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(is_closed_by_the_other_end(client));
  EXPECT_EQ(ended(HepConnectionEnd::broken), 1u);
  EXPECT_EQ(counts.packets[static_cast<std::size_t>(HepResult::malformed)], 1u);
}

TEST_F(HepListenerTest, OneConnectionTooManyTakesThePlaceOfTheSilentOne) {
  listen(HepListen::Transport::tcp);
  std::vector<FileDescriptor> clients;
  const std::string packet = HepExample{}.bytes();
  for (std::size_t at = 0; at < HepConnections::kConnectionsMax; ++at) {
    clients.push_back(connected(SOCK_STREAM));
    send_all(clients.back(), packet);  // heard one after the other
    ASSERT_EQ(wait_for(at + 1).size(), at + 1);
  }
  clients.push_back(connected(SOCK_STREAM));
  EXPECT_TRUE(is_closed_by_the_other_end(clients.front()));
  EXPECT_EQ(ended(HepConnectionEnd::evicted), 1u);
  send_all(clients.back(), packet);
  EXPECT_EQ(wait_for(HepConnections::kConnectionsMax + 1).size(), HepConnections::kConnectionsMax + 1);
}

TEST_F(HepListenerTest, StoppingEndsConnections) {
  listen(HepListen::Transport::tcp);
  const FileDescriptor client = connected(SOCK_STREAM);
  send_all(client, HepExample{}.bytes());
  wait_for(1);
  listener->stop();
  EXPECT_TRUE(is_closed_by_the_other_end(client));
}

TEST_F(HepListenerTest, APortThatIsTakenIsAnErrorThatNamesTheAddress) {
  for (const auto transport : {HepListen::Transport::udp, HepListen::Transport::tcp}) {
    listen(transport);
    const auto second = HepListener::start({transport, {"127.0.0.1", listener->port()}}, surroundings());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().exit_code, 1);
    EXPECT_THAT(second.error().message, HasSubstr("127.0.0.1:" + std::to_string(listener->port())));
    listener.reset();
  }
}

TEST_F(HepListenerTest, AnAddressOfSomebodyElseIsAnErrorToo) {
  const auto started = HepListener::start({HepListen::Transport::udp, {"192.0.2.1", 9060}}, surroundings());
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().exit_code, 1);
  EXPECT_THAT(started.error().message, HasSubstr("udp://192.0.2.1:9060"));
}

TEST_F(HepListenerTest, Ipv6IsTaken) {
  auto started = HepListener::start({HepListen::Transport::udp, {"::1", 0}}, surroundings());
  if (!started) GTEST_SKIP() << "no IPv6 loopback here: " << started.error().message;
  EXPECT_NE((*started)->port(), 0);
}

}  // namespace
}  // namespace sipsonde
