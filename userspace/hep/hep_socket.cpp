// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "config/values.h"

namespace sipsonde {
namespace {

constexpr int kReceiveBytes = 8 << 20;  // a moment's pause of ours at 10 k messages a second

Error listen_error(const HepListen& where, int code) {
  const std::string what = "listen for HEP on " + to_text(where) + ": " + std::strerror(code);
  if (code == EADDRINUSE) return Error{what + "; stop what listens there or choose another port"};
  if (code == EACCES) return Error{what + "; choose a port above 1023"};
  return Error{what + "; give an address of this host"};
}

socklen_t fill_in(sockaddr_storage& storage, const ListenAddress& address) {
  const Address bytes = address_of(address.host).value_or(Address{});
  if (is_ipv4(bytes)) {
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(storage);
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(address.port);
    std::memcpy(&ipv4.sin_addr, bytes.data() + 12, 4);
    return sizeof ipv4;
  }
  auto& ipv6 = reinterpret_cast<sockaddr_in6&>(storage);
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(address.port);
  std::memcpy(&ipv6.sin6_addr, bytes.data(), bytes.size());
  return sizeof ipv6;
}

// With CAP_NET_ADMIN beyond the host's limit.
void enlarge_receive_buffer(int socket) {
  if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBytes, sizeof kReceiveBytes) == 0) return;
  setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &kReceiveBytes, sizeof kReceiveBytes);
}

}  // namespace

Result<FileDescriptor> open_hep_socket(const HepListen& where) {
  const bool tcp = where.transport == HepListen::Transport::tcp;
  sockaddr_storage storage{};
  const socklen_t length = fill_in(storage, where.address);
  FileDescriptor opened{
      socket(storage.ss_family, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!opened) return listen_error(where, errno);
  const int on = 1;
  // Of UDP it would let a second listener take the packets.
  if (tcp) setsockopt(opened.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!tcp) {
    enlarge_receive_buffer(opened.get());
    setsockopt(opened.get(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  }
  if (bind(opened.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0)
    return listen_error(where, errno);
  if (tcp && listen(opened.get(), SOMAXCONN) != 0) return listen_error(where, errno);
  return opened;
}

std::uint16_t port_of(int socket) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return 0;
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(storage).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(storage).sin_port);
}

Address address_of(const sockaddr_storage& peer) {
  Address address{};
  if (peer.ss_family == AF_INET6) {
    std::memcpy(address.data(), &reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr, address.size());
  } else {
    address[10] = address[11] = 0xff;
    std::memcpy(address.data() + 12, &reinterpret_cast<const sockaddr_in&>(peer).sin_addr, 4);
  }
  return address;
}

}  // namespace sipsonde
