// SPDX-License-Identifier: Apache-2.0
// A client that sends exactly the bytes it is given and shows exactly those that come back.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"

namespace sipsonde {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{20, 0};  // so that a broken server fails the test instead of hanging it
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // a server may refuse before it has read everything
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // One response with its body, by its Content-Length; without `body` only the head.
  std::string receive(bool body = true) {
    std::size_t head_end;
    while ((head_end = received_.find("\r\n\r\n")) == std::string::npos)
      if (!receive_more()) return std::exchange(received_, {});
    head_end += 4;
    std::size_t length = head_end;
    const std::size_t field = received_.find("Content-Length: ");
    if (body && field < head_end) length += std::stoul(received_.substr(field + 16));
    while (received_.size() < length && receive_more()) {
    }
    const std::string response = received_.substr(0, length);
    received_.erase(0, length);
    return response;
  }

  std::string exchange(std::string_view bytes) {
    send(bytes);
    return receive();
  }

  // True when the server closes the connection and has nothing more to say.
  bool is_closed() { return received_.empty() && !receive_more(); }

 private:
  bool receive_more() {
    char bytes[4096];
    const ssize_t count = recv(socket_.get(), bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  FileDescriptor socket_;
  std::string received_;
};

}  // namespace sipsonde
