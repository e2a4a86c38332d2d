// SPDX-License-Identifier: Apache-2.0
#include "cdr/syslog_datagrams.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/connect.h"

namespace sipsonde {
namespace {

// What ICMP has said since the last call.
int pending_error(int socket) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

}  // namespace

// An error that ICMP tells is of one of the datagrams before it, nobody knows which: then all of them go
// again.
Result<std::size_t> SyslogDatagrams::deliver(std::span<const StoredRow> rows) {
  const auto until = deadline();
  if (!socket_) {
    auto connected = connect_to(settings_.host, settings_.port, SOCK_DGRAM, until);
    if (!connected) return not_sent(connected.error());
    socket_ = *std::move(connected);
  }
  wait_at_most(socket_.get(), until);
  std::size_t sent = 0;
  int error = 0;
  while (sent < rows.size() && error == 0) {
    const std::string message = message_of(rows[sent]);
    const ssize_t count = ::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    count < 0 ? error = errno : ++sent;
  }
  if (error == EMSGSIZE) return sent;
  if (error == 0) error = pending_error(socket_.get());
  if (error == 0) return sent;
  socket_.reset();
  return not_sent(Error{std::strerror(error)});
}

}  // namespace sipsonde
