// SPDX-License-Identifier: Apache-2.0
#include "cli/api_client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/file_descriptor.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;

// Answers one request with these bytes and shows what was asked.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(socket_.get(), 1), 0);
    EXPECT_EQ(getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
    if (!answer.empty()) thread_ = std::thread([this, answer] { serve(answer); });
  }
  ~OneAnswer() {
    if (thread_.joinable()) thread_.join();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string asked() {
    thread_.join();
    return asked_;
  }
  void close() { socket_.reset(); }

 private:
  void serve(const std::string& answer) {
    const FileDescriptor peer{accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    char bytes[4096];
    while (asked_.find("\r\n\r\n") == asked_.npos) {
      const ssize_t count = recv(peer.get(), bytes, sizeof bytes, 0);
      if (count <= 0) return;
      asked_.append(bytes, static_cast<std::size_t>(count));
    }
    send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
  }

  FileDescriptor socket_;
  std::uint16_t port_ = 0;
  std::string asked_;
  std::thread thread_;
};

Result<ApiReply> asked(const std::string& url, const std::string& target = "/calls",
                       std::string_view token = "") {
  auto client = ApiClient::open({.url = url, .token_file = {}}, token);
  if (!client) return client.error();
  return client->get(target);
}

TEST(ApiClient, AsksWithItsTokenAndGivesWhatCame) {
  OneAnswer server("HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\n\r\n{\"error\": \"no\"}");
  const auto reply = asked(server.url() + "/", "/calls/a%40b", "secret\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 404u);
  EXPECT_EQ(error_text_of(*reply), "no");
  const std::string request = server.asked();
  EXPECT_TRUE(request.starts_with("GET /calls/a%40b HTTP/1.1\r\n")) << request;
  EXPECT_THAT(request, HasSubstr("Authorization: Bearer secret\r\n"));
}

TEST(ApiClient, WithoutATokenSendsNone) {
  OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
  ASSERT_TRUE(asked(server.url()));
  EXPECT_THAT(server.asked(), testing::Not(HasSubstr("Authorization")));
}

TEST(ApiClient, SaysWhatToDoWhenATokenIsWanted) {
  constexpr const char* kUnauthorized = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
  OneAnswer server(kUnauthorized), again(kUnauthorized);
  const auto without = asked(server.url());
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().message, "the agent at " + server.url() +
                                         " wants a token; set SIPSONDE_API_TOKEN or give --token-file FILE");
  EXPECT_EQ(without.error().exit_code, 1);
  const auto with = asked(again.url(), "/calls", "wrong");
  ASSERT_FALSE(with);
  EXPECT_THAT(with.error().message, HasSubstr("does not take this token"));
}

TEST(ApiClient, SaysThatNobodyAnswers) {
  OneAnswer server("");
  server.close();
  const auto reply = asked(server.url());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().message,
            "no agent answers at " + server.url() + ": start one with `sipsonde run`, or give --api URL");
  EXPECT_EQ(reply.error().exit_code, 1);
}

TEST(ApiClient, WhatIsNoHttpIsOneLine) {
  OneAnswer server("\x1b[2J garbage\r\n\r\n");
  const auto reply = asked(server.url());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().message.find_first_of("\x1b\r\n"), std::string::npos) << reply.error().message;
}

TEST(ApiClient, FollowsNobodyElsewhere) {
  OneAnswer server("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n");
  const auto reply = asked(server.url());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 302u);
}

TEST(ApiClient, TakesUrlsAsPeopleWriteThem) {
  const struct {
    const char* text;
    const char* url;
  } cases[] = {{"http://192.0.2.1:9092", "http://192.0.2.1:9092"},
               {"192.0.2.1:9092", "http://192.0.2.1:9092"},
               {"https://agent.example/sip/", "https://agent.example/sip"},
               {"[2001:db8::1]:9092", "http://[2001:db8::1]:9092"}};
  for (const auto& one : cases) {
    const auto url = parse_api_url(one.text);
    ASSERT_TRUE(url) << one.text;
    EXPECT_EQ(*url, one.url);
  }
  for (const char* text : {"", "http://", "file:///etc/passwd", "ftp://a", "http://a b", "http://a\r\nb",
                           "http://u:p@a", "http://a?b"}) {
    const auto url = parse_api_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().exit_code, 2);
  }
}

TEST(ApiClient, TakesATokenFromAFileAndOnlyAWord) {
  const std::string path = testing::TempDir() + "/sipsonde-token-" + std::to_string(getpid());
  const auto open_with = [&path](const std::string& content) {
    std::ofstream(path, std::ios::trunc) << content;
    return ApiClient::open({.url = "127.0.0.1:9", .token_file = path}, "another");
  };
  EXPECT_TRUE(open_with("word\r\n"));
  for (const std::string& bad : {std::string(), std::string("\n"), std::string("two words"),
                                 std::string("a\r\nX-Header: b"), std::string(5000, 'x')}) {
    const auto client = open_with(bad);
    ASSERT_FALSE(client) << bad.substr(0, 20);
    EXPECT_EQ(client.error().exit_code, 2);
  }
  std::filesystem::remove(path);
  const auto absent = ApiClient::open({.url = "127.0.0.1:9", .token_file = path}, "");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().exit_code, 2);
}

TEST(ApiClient, EncodesWhatACallIdMayHold) {
  EXPECT_EQ(percent_encoded("a-b._~9@c/d? %\xc3\xa9"), "a-b._~9%40c%2Fd%3F%20%25%C3%A9");
}

TEST(ApiClient, AnErrorOfTheAgentIsOneLineOfText) {
  EXPECT_EQ(*body_of(ApiReply{200, "x"}), "x");
  EXPECT_EQ(body_of(ApiReply{400, "{\"error\": \"limit\\u001b is no number\"}"}).error().message,
            "the agent answers 400: limit\\u001B is no number");
  EXPECT_THAT(body_of(ApiReply{502, "<html>"}).error().message,
              HasSubstr("HTTP status 502: no agent of sipsonde"));
}

}  // namespace
}  // namespace sipsonde
