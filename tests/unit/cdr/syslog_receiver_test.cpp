// SPDX-License-Identifier: Apache-2.0
#include "cdr/syslog_receiver.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Transport = CdrSyslogSettings::Transport;

// A socket of loopback: whoever connects is acknowledged by the kernel before anybody reads.
class Peer {
 public:
  explicit Peer(int kind, int receive_buffer = 0) : socket_(::socket(AF_INET, kind, 0)) {
    if (receive_buffer > 0)
      setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    if (kind == SOCK_STREAM) {
      EXPECT_EQ(listen(socket_.get(), 4), 0);
    }
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port = ntohs(address.sin_port);
  }
  FileDescriptor accept() { return FileDescriptor(::accept(socket_.get(), nullptr, nullptr)); }
  std::string read() { return read_from(socket_.get()); }
  static std::string read_from(int socket) {
    std::string bytes(1 << 20, '\0');
    const ssize_t count = recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return bytes.substr(0, count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  void close() { socket_.reset(); }
  std::uint16_t port = 0;

 private:
  FileDescriptor socket_;
};

std::unique_ptr<SyslogReceiver> open(Transport transport, const Peer& peer) {
  CdrSyslogSettings settings;
  settings.transport = transport;
  settings.host = "127.0.0.1";
  settings.port = peer.port;
  auto opened = SyslogReceiver::open(settings, "n");
  EXPECT_TRUE(opened);
  return *std::move(opened);
}

std::vector<StoredRow> rows_of(std::initializer_list<std::string> documents) {
  std::vector<StoredRow> rows;
  for (const std::string& document : documents)
    rows.push_back({.at = {1, 1}, .call_id = {}, .key = {}, .document = document});
  return rows;
}

const std::string kHead = "<134>1 - n sipsonde - cdr - ";

TEST(SyslogReceiver, OverTcpRowsFollowEachOtherCountedInOctets) {
  Peer peer(SOCK_STREAM);
  const auto receiver = open(Transport::tcp, peer);
  EXPECT_EQ(*receiver->deliver(rows_of({"{}", "[1]"})), 2u);
  const FileDescriptor connection = peer.accept();
  EXPECT_EQ(Peer::read_from(connection.get()), "30 " + kHead + "{}31 " + kHead + "[1]");
}

TEST(SyslogReceiver, AConnectionThatEndedIsMadeAgain) {
  Peer peer(SOCK_STREAM);
  const auto receiver = open(Transport::tcp, peer);
  EXPECT_TRUE(receiver->deliver(rows_of({"{}"})));
  peer.accept().reset();
  EXPECT_EQ(*receiver->deliver(rows_of({"[2]"})), 1u);
  const FileDescriptor second = peer.accept();
  EXPECT_EQ(Peer::read_from(second.get()), "31 " + kHead + "[2]");
}

TEST(SyslogReceiver, WhatTheOtherSideHasNotAcknowledgedIsNotConfirmed) {
  Peer peer(SOCK_STREAM, 4096);
  const auto receiver = open(Transport::tcp, peer);
  receiver->stop_by(std::chrono::steady_clock::now() + 300ms);
  const auto refused = receiver->deliver(rows_of({std::string(100'000, 'x')}));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("by TCP: what "));
}

TEST(SyslogReceiver, WhoIsNotThereIsAnErrorThatNamesHim) {
  for (const Transport transport : {Transport::tcp, Transport::udp}) {
    const int kind = transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM;
    Peer peer(kind);
    const auto receiver = open(transport, peer);
    peer.close();
    const auto refused = receiver->deliver(rows_of({"{}", "{}"}));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("127.0.0.1:" + std::to_string(peer.port)));
    EXPECT_THAT(refused.error().message, HasSubstr("Connection refused"));
  }
}

TEST(SyslogReceiver, OverUdpARowIsADatagramAndOneThatFitsInNoneIsRefused) {
  Peer peer(SOCK_DGRAM);
  const auto receiver = open(Transport::udp, peer);
  EXPECT_EQ(*receiver->deliver(rows_of({"{}", std::string(70'000, 'x'), "[1]"})), 1u);
  EXPECT_EQ(*receiver->deliver(rows_of({std::string(70'000, 'x'), "[1]"})), 0u);
  EXPECT_EQ(*receiver->deliver(rows_of({"[1]"})), 1u);
  EXPECT_EQ(peer.read(), kHead + "{}");
  EXPECT_EQ(peer.read(), kHead + "[1]");
  EXPECT_EQ(peer.read(), "");
}

}  // namespace
}  // namespace sipsonde
