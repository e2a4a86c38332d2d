// SPDX-License-Identifier: Apache-2.0
#include "http_drain.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

namespace sipsonde {
namespace {

constexpr std::string_view kLength = "Content-Length: ";
constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

std::size_t body_length(std::string_view head) {
  std::size_t length = 0;
  if (const auto at = head.find(kLength); at != head.npos)
    std::from_chars(head.data() + at + kLength.size(), head.data() + head.size(), length);
  return length;
}

}  // namespace

HttpDrain::HttpDrain() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, any, length) || listen(listener_, 4) || getsockname(listener_, any, &length)) {
    close(listener_);
    listener_ = -1;
    return;
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread(&HttpDrain::serve, this);
}

HttpDrain::~HttpDrain() {
  if (!ok()) return;
  shutdown(listener_, SHUT_RDWR);
  if (const int connection = connection_.load(); connection >= 0) shutdown(connection, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::string HttpDrain::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

void HttpDrain::serve() {
  int connection;
  while ((connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0) {
    connection_ = connection;
    std::string read;
    while (answer_one(connection, read)) {
    }
    connection_ = -1;
    close(connection);
  }
}

// What was read of the next request stays in `read`.
bool HttpDrain::answer_one(int connection, std::string& read) {
  char buffer[65536];
  std::size_t whole = 0;
  while (whole == 0 || read.size() < whole) {
    const ssize_t got = recv(connection, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    read.append(buffer, static_cast<std::size_t>(got));
    const auto end = read.find("\r\n\r\n");
    if (whole == 0 && end != read.npos) {
      const std::size_t body = body_length(std::string_view(read).substr(0, end));
      whole = end + 4 + body;
      bytes_ += body;
    }
  }
  read.erase(0, whole);
  return send(connection, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(kAnswer.size());
}

}  // namespace sipsonde
