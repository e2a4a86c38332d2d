// SPDX-License-Identifier: Apache-2.0
// An HTTP server of one connection at a time that answers what it was told, and keeps what it was asked.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/file_descriptor.h"

namespace sipsonde {

class ScriptedHttp {
 public:
  struct Request {
    std::string head;  // request line and headers
    std::string body;  // unpacked
  };
  struct Answer {
    int status = 200;
    std::string headers = {};  // whole lines, each with CR LF
    std::string body = {};
  };

  ScriptedHttp() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(listener_.get(), 8), 0);
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedHttp() {
    shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // What comes behind the script is answered 200 without a body.
  void script(std::vector<Answer> answers) {
    const std::lock_guard lock(mutex_);
    script_.assign(answers.begin(), answers.end());
  }
  std::vector<Request> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (;;) {
      const FileDescriptor connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection) return;
      serve(connection.get());
    }
  }

  // Closes behind each answer, so that no connection is waited on at the end.
  void serve(int connection) {
    std::string bytes;
    std::size_t head_end = 0;
    while ((head_end = bytes.find("\r\n\r\n")) == bytes.npos)
      if (!read_more(connection, bytes)) return;
    std::string head = bytes.substr(0, head_end + 2);
    const std::size_t length_at = head.find("Content-Length: ");
    const std::size_t length = length_at == head.npos ? 0 : std::stoul(head.substr(length_at + 16));
    while (bytes.size() < head_end + 4 + length)
      if (!read_more(connection, bytes)) return;
    const std::string answer = take(std::move(head), unpacked(bytes.substr(head_end + 4)));
    static_cast<void>(!write(connection, answer.data(), answer.size()));
  }

  static bool read_more(int connection, std::string& bytes) {
    char more[4096];
    const ssize_t got = read(connection, more, sizeof more);
    if (got > 0) bytes.append(more, static_cast<std::size_t>(got));
    return got > 0;
  }

  std::string take(std::string head, std::string body) {
    const std::lock_guard lock(mutex_);
    requests_.push_back({std::move(head), std::move(body)});
    Answer answer;
    if (!script_.empty()) {
      answer = script_.front();
      script_.pop_front();
    }
    return "HTTP/1.1 " + std::to_string(answer.status) +
           " said\r\nConnection: close\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n" +
           answer.headers + "\r\n" + answer.body;
  }

  static std::string unpacked(const std::string& bytes) {
    constexpr int kGzip = 15 + 16;
    std::string plain(1 << 20, 0);
    z_stream stream{};
    inflateInit2(&stream, kGzip);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
    plain.resize(stream.total_out);
    inflateEnd(&stream);
    return whole ? plain : bytes;
  }

  FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::deque<Answer> script_;
  std::vector<Request> requests_;
  std::thread thread_;  // last: runs on all of the above
};

}  // namespace sipsonde
