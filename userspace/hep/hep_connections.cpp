// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_connections.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "hep/hep_socket.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

constexpr int kAcceptsAtOnce = 16;
constexpr auto kAcceptPause = 1s;

}  // namespace

HepConnections::HepConnections(FileDescriptor socket, HepSurroundings surroundings)
    : socket_(std::move(socket)), surroundings_(std::move(surroundings)) {}

void HepConnections::add_to(std::vector<pollfd>& waiting) const {
  const bool accepts = Clock::now() >= accept_after_;
  waiting.push_back({accepts ? socket_.get() : -1, POLLIN, 0});
  for (const auto& connection : connections_) waiting.push_back({connection->socket.get(), POLLIN, 0});
}

std::uint16_t HepConnections::port() const {
  return port_of(socket_.get());
}

void HepConnections::serve(std::span<const pollfd> ready) {
  const auto now = Clock::now();
  for (std::size_t at = 0; at < connections_.size(); ++at) {
    Connection& connection = *connections_[at];
    if (ready[at + 1].revents != 0)
      read(connection);
    else if (now - connection.heard >= kIdle)
      end(connection, HepConnectionEnd::idle);
  }
  std::erase_if(connections_, [](const auto& connection) { return !connection->socket; });
  if (ready[0].revents != 0) accept_some();
  surroundings_.counts.connections.store(connections_.size(), std::memory_order_relaxed);
}

void HepConnections::accept_some() {
  for (int accepted = 0; accepted < kAcceptsAtOnce; ++accepted) {
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    FileDescriptor socket{
        accept4(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &length, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!socket) {
      if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
        accept_after_ = Clock::now() + kAcceptPause;
      return;
    }
    const int on = 1;
    setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    make_room();
    connections_.push_back(std::make_unique<Connection>(Connection{
        .socket = std::move(socket), .peer = address_of(peer), .stream = {}, .heard = Clock::now()}));
  }
}

void HepConnections::make_room() {
  if (connections_.size() < kConnectionsMax) return;
  const auto silent = std::ranges::min_element(connections_, {}, [](const auto& one) { return one->heard; });
  end(**silent, HepConnectionEnd::evicted);
  connections_.erase(silent);
}

void HepConnections::read(Connection& connection) {
  const auto room = connection.stream.room();
  const ssize_t count = recv(connection.socket.get(), room.data(), room.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return end(connection, HepConnectionEnd::closed);
  connection.heard = Clock::now();
  const bool holds = connection.stream.take(
      static_cast<std::size_t>(count),
      [this, &connection](std::string_view packet) { surroundings_.receive(packet, connection.peer); });
  if (holds) return;
  surroundings_.counts.count(HepResult::malformed);
  end(connection, HepConnectionEnd::broken);
}

void HepConnections::end(Connection& connection, HepConnectionEnd how) {
  surroundings_.counts.count(how);  // first: who sees the connection closed finds it counted
  connection.socket.reset();
}

}  // namespace sipsonde
