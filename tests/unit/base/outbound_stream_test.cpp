// SPDX-License-Identifier: Apache-2.0
#include "base/outbound_stream.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <thread>

#include "base/file_descriptor.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = OutboundStream::Clock;
using testing::HasSubstr;

// Whoever connects first to this socket of loopback is handed to `talk`, on a thread of its own, which is to
// look at `is_over`.
class Peer {
 public:
  explicit Peer(std::function<void(int, const std::atomic<bool>&)> talk)
      : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(listener_.get(), 4), 0);
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this, talk = std::move(talk)] {
      const FileDescriptor connection(accept(listener_.get(), nullptr, nullptr));
      talk(connection.get(), is_over_);
      has_hung_up = true;
    });
  }
  ~Peer() {
    is_over_ = true;
    thread_.join();
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  std::uint16_t port = 0;
  std::atomic<bool> has_hung_up{false};

 private:
  FileDescriptor listener_;
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

// The longest any of these may take before the test gives up.
constexpr auto kPatience = 5s;

void say_one_byte_after_another(int connection, const std::atomic<bool>& is_over) {
  // A record of the handshake of 16 KiB (RFC 8446 section 5.1), which comes in the course of the morning.
  for (const char byte : {'\x16', '\x03', '\x03', '\x40', '\x00'}) send(connection, &byte, 1, MSG_NOSIGNAL);
  for (const auto end = Clock::now() + kPatience; !is_over && Clock::now() < end;) {
    std::this_thread::sleep_for(20ms);
    if (send(connection, "", 1, MSG_NOSIGNAL) < 0) return;
  }
}

TEST(OutboundStream, ATlsHandshakeOfAByteAtATimeEndsWhenTheTimeIsOver) {
  Peer peer(say_one_byte_after_another);
  const auto began = Clock::now();
  const auto opened = open_tls_stream("127.0.0.1", peer.port, "", "", began + 300ms);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("no answer"));
  EXPECT_LT(Clock::now() - began, kPatience / 2);
}

TEST(OutboundStream, OfAPeerThatSaysMoreAndMoreALookReadsOnlySoMuch) {
  Peer peer([](int connection, const std::atomic<bool>&) {
    const std::string words(150'000, 'a');
    send(connection, words.data(), words.size(), MSG_NOSIGNAL);
  });
  const auto stream = open_tcp_stream("127.0.0.1", peer.port, Clock::now() + kPatience);
  ASSERT_TRUE(stream) << stream.error().message;
  while (!peer.has_hung_up) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(20ms);  // the connection is closed behind that
  EXPECT_FALSE((*stream)->ended_by_peer());
  EXPECT_FALSE((*stream)->ended_by_peer());
  EXPECT_TRUE((*stream)->ended_by_peer());
}

TEST(OutboundStream, TheEndIsSeenBehindWhatWasSaid) {
  Peer peer([](int connection, const std::atomic<bool>&) { send(connection, "bye", 3, MSG_NOSIGNAL); });
  const auto stream = open_tcp_stream("127.0.0.1", peer.port, Clock::now() + kPatience);
  ASSERT_TRUE(stream) << stream.error().message;
  while (!peer.has_hung_up) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(20ms);  // the connection is closed behind that
  EXPECT_TRUE((*stream)->ended_by_peer());
}

}  // namespace
}  // namespace sipsonde
