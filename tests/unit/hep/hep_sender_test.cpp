// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_sender.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <condition_variable>
#include <mutex>

#include "base/file_descriptor.h"
#include "hep/hep_listener.h"
#include "hep_bytes.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// Our own listener is the receiver.
class HepSenderTest : public testing::TestWithParam<HepListen::Transport> {
 protected:
  void listen(std::uint16_t port = 0) {
    auto started = HepListener::start({GetParam(), {"127.0.0.1", port}},
                                      {.receive =
                                           [this](std::string_view packet, const Address&) {
                                             const std::lock_guard lock(mutex);
                                             packets.emplace_back(packet);
                                             came.notify_all();
                                           },
                                       .on_loss = [] {},
                                       .counts = counts});
    ASSERT_TRUE(started) << started.error().message;
    listener = std::move(*started);
    where.port = listener->port();
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    came.wait_for(lock, 20s, [&] { return packets.size() >= count; });
    return packets;
  }
  std::unique_ptr<HepSender> sender() const {
    HepOut to = where;
    to.transport = GetParam() == HepListen::Transport::udp ? HepOut::Transport::udp : HepOut::Transport::tcp;
    return make_hep_sender(to);
  }

  HepOut where{.host = "127.0.0.1"};
  HepCounts counts;
  std::mutex mutex;
  std::condition_variable came;
  std::vector<std::string> packets;
  std::unique_ptr<HepListener> listener;
};

INSTANTIATE_TEST_SUITE_P(Over, HepSenderTest,
                         testing::Values(HepListen::Transport::udp, HepListen::Transport::tcp),
                         [](const auto& one) {
                           return one.param == HepListen::Transport::udp ? std::string("Udp")
                                                                         : std::string("Tcp");
                         });

TEST_P(HepSenderTest, HeadsAndPayloadsArriveAsPackets) {
  listen();
  const std::string whole = hep_of(chunk(0x000f, "a payload"));
  const std::string_view head = std::string_view(whole).substr(0, 12),
                         payload = std::string_view(whole).substr(12);
  const std::vector<HepPiece> pieces(200, HepPiece{head, payload});
  const auto to = sender();
  const HepSent sent = to->send(pieces);
  EXPECT_FALSE(sent.error);
  EXPECT_EQ(sent.packets, 200u);
  EXPECT_THAT(wait_for(200), testing::AllOf(testing::SizeIs(200), testing::Each(whole)));
}

TEST_P(HepSenderTest, NobodyThereIsAnErrorThatNamesTheReceiver) {
  listen();
  listener.reset();
  const std::string packet = hep_of(chunk(0x000f, "x"));
  const HepPiece piece{packet, {}};
  const auto to = sender();
  // Of a datagram ICMP tells with the next one.
  std::optional<Error> error;
  for (int attempt = 0; attempt < 100 && !error; ++attempt) error = to->send({&piece, 1}).error;
  ASSERT_TRUE(error);
  EXPECT_THAT(error->message, HasSubstr("127.0.0.1:" + std::to_string(where.port)));
}

TEST_P(HepSenderTest, AReceiverThatCameBackIsFoundAgain) {
  listen();
  const std::string packet = hep_of(chunk(0x000f, "x"));
  const HepPiece piece{packet, {}};
  const auto to = sender();
  EXPECT_FALSE(to->send({&piece, 1}).error);
  wait_for(1);
  const std::uint16_t port = where.port;
  listener.reset();
  listen(port);
  // The connection that ended is noticed before anything is written into it.
  EXPECT_FALSE(to->send({&piece, 1}).error);
  EXPECT_THAT(wait_for(2), ElementsAre(packet, packet));
}

// Its kernel takes what fits, nobody reads it.
TEST(HepSender, AReceiverThatDoesNotReadIsNotWaitedForBeyondTheEnd) {
  const FileDescriptor receiver(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(bind(receiver.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(listen(receiver.get(), 4), 0);
  getsockname(receiver.get(), reinterpret_cast<sockaddr*>(&address), &length);
  const auto to = make_hep_sender(
      {.host = "127.0.0.1", .port = ntohs(address.sin_port), .transport = HepOut::Transport::tcp});
  const std::string packet(60'000, 'x');
  const std::vector<HepPiece> pieces(1000, HepPiece{packet, {}});
  const auto began = std::chrono::steady_clock::now();
  to->stop_by(began + 200ms);
  const HepSent sent = to->send(pieces);
  ASSERT_TRUE(sent.error);
  EXPECT_LT(sent.packets, pieces.size());
  EXPECT_LT(std::chrono::steady_clock::now() - began, kHepPatience / 2);
}

TEST(HepSender, ANameThatIsNoneIsAnError) {
  const auto to = make_hep_sender({.host = "no.such.host.invalid", .transport = HepOut::Transport::tcp});
  const std::string packet = hep_of("");
  const HepPiece piece{packet, {}};
  const HepSent sent = to->send({&piece, 1});
  EXPECT_EQ(sent.packets, 0u);
  ASSERT_TRUE(sent.error);
  EXPECT_THAT(sent.error->message, HasSubstr("no.such.host.invalid:9060"));
}

}  // namespace
}  // namespace sipsonde
