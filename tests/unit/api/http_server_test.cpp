// SPDX-License-Identifier: Apache-2.0
#include "api/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "unit/api/raw_client.h"

namespace sipsonde {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Says what it was asked.
HttpResponse echo(const HttpRequest& request) {
  if (request.path == "/throws") throw std::runtime_error("broken handler");
  if (request.path == "/large") return {.content_type = "text/plain", .body = std::string(3 << 20, 'x')};
  return {.status = 200,
          .content_type = "text/plain",
          .body = request.method + " " + request.path + " [" + request.query + "] " +
                  std::string(request.header("x-test")) + " " + std::to_string(request.body.size()),
          .headers = {{"X-Extra", "yes"}}};
}

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    auto started = HttpServer::start({"127.0.0.1", 0}, {.at_once = echo});
    if (!started) throw std::runtime_error(started.error().message);
    server = *std::move(started);
  }
  std::unique_ptr<HttpServer> server;
};

TEST_F(HttpServerTest, HandsPathQueryAndHeadersToTheHandler) {
  RawClient client(server->port());
  const std::string response =
      client.exchange("GET /calls/a%2Fb?q=1&x=? HTTP/1.1\r\nHost: x\r\nX-TEST: value\r\n\r\n");
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(response, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(response, HasSubstr("X-Extra: yes\r\n"));
  EXPECT_THAT(response, EndsWith("\r\n\r\nGET /calls/a%2Fb [q=1&x=?] value 0"));
}

TEST_F(HttpServerTest, KeepsAConnectionForTheNextRequest) {
  RawClient client(server->port());
  for (const char* path : {"/one", "/two", "/three"})
    EXPECT_THAT(client.exchange(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n"),
                HasSubstr(std::string("GET ") + path));
}

TEST_F(HttpServerTest, AnswersRequestsThatWereSentInOneGo) {
  RawClient client(server->port());
  client.send("GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive(), HasSubstr("GET /one"));
  EXPECT_THAT(client.receive(), HasSubstr("GET /two"));
}

TEST_F(HttpServerTest, ClosesWhenAsked) {
  RawClient client(server->port());
  EXPECT_THAT(client.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), HasSubstr("200 OK"));
  EXPECT_TRUE(client.is_closed());
  RawClient old(server->port());
  EXPECT_THAT(old.exchange("GET / HTTP/1.0\r\n\r\n"), HasSubstr("200 OK"));
  EXPECT_TRUE(old.is_closed());
}

TEST_F(HttpServerTest, LeavesTheBodyOutOfAnAnswerToHead) {
  RawClient client(server->port());
  client.send("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive(false), HasSubstr("Content-Length: 13\r\n"));
  EXPECT_THAT(client.exchange("GET /next HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpServerTest, TakesABody) {
  RawClient client(server->port());
  EXPECT_THAT(client.exchange("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"),
              EndsWith("POST /x []  5"));
}

TEST_F(HttpServerTest, SendsALargeAnswerWhole) {
  RawClient client(server->port());
  const std::string response = client.exchange("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(response.size() - response.find("\r\n\r\n") - 4, 3u << 20);
}

TEST_F(HttpServerTest, TurnsAFailingHandlerIntoAnError) {
  RawClient client(server->port());
  const std::string response = client.exchange("GET /throws HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(response, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_THAT(response, EndsWith("{\"error\": \"the request failed; see the log\"}\n"));
  EXPECT_THAT(client.exchange("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("200 OK"));
}

struct BrokenCase {
  const char* name;
  std::string bytes;
  const char* status;
};

const BrokenCase kBroken[] = {
    {"NoHttpAtAll", "hello\r\n\r\n", "400"},
    {"SipOnTheWrongPort", "OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n", "400"},
    {"HeaderTooLarge", "GET / HTTP/1.1\r\nX: " + std::string(40000, 'a') + "\r\n\r\n", "431"},
    {"BodyTooLarge", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n", "413"},
    {"NegativeLength", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"},
    {"BrokenChunk", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
    {"NulInTheHeader", std::string("GET / HTTP/1.1\r\nX: a\0b\r\n\r\n", 26), "400"},
};

TEST_F(HttpServerTest, AnswersWhatIsBrokenAndCloses) {
  for (const BrokenCase& broken : kBroken) {
    SCOPED_TRACE(broken.name);
    RawClient client(server->port());
    const std::string response = client.exchange(broken.bytes);
    EXPECT_THAT(response, StartsWith(std::string("HTTP/1.1 ") + broken.status + " "));
    EXPECT_THAT(response, HasSubstr("{\"error\": \""));
    EXPECT_TRUE(client.is_closed());
  }
  RawClient client(server->port());
  EXPECT_THAT(client.exchange("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("200 OK")) << "and lives on";
}

TEST_F(HttpServerTest, IsNotHeldUpByAConnectionThatSaysNothing) {
  RawClient silent(server->port());
  RawClient half(server->port());
  half.send("GET /half HTTP/1.1\r\nHo");
  RawClient client(server->port());
  EXPECT_THAT(client.exchange("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("200 OK"));
  half.send("st: x\r\n\r\n");
  EXPECT_THAT(half.receive(), HasSubstr("GET /half"));
}

TEST_F(HttpServerTest, BoundsItsConnections) {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int number = 0; number < 256; ++number) {
    clients.push_back(std::make_unique<RawClient>(server->port()));
    ASSERT_THAT(clients.back()->exchange("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("200 OK"));
  }
  RawClient one_too_many(server->port());
  EXPECT_TRUE(one_too_many.is_closed());
  EXPECT_THAT(clients.front()->exchange("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("200 OK"));
}

TEST_F(HttpServerTest, ClosesItsConnectionsWhenItStops) {
  RawClient client(server->port());
  EXPECT_THAT(client.exchange("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("200 OK"));
  server->stop();
  server->stop();  // once is enough, twice does no harm
  server.reset();
  EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServerTest, AnswersManyClientsAtOnce) {
  std::vector<std::thread> clients;
  std::atomic<int> answered{0};
  for (int number = 0; number < 8; ++number)
    clients.emplace_back([this, &answered] {
      RawClient client(server->port());
      for (int round = 0; round < 50; ++round)
        if (client.exchange("GET /x HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 200")) ++answered;
    });
  for (auto& client : clients) client.join();
  EXPECT_EQ(answered, 400);
}

TEST_F(HttpServerTest, SaysThatAPortIsTaken) {
  const auto second = HttpServer::start({"127.0.0.1", server->port()}, {.at_once = echo});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message,
            "listen on 127.0.0.1:" + std::to_string(server->port()) +
                ": address already in use; stop what listens there or choose another port");
  EXPECT_EQ(second.error().exit_code, 1);
}

// Two of its threads wait until `go`; /fast is answered at once.
struct WaitingService {
  HttpService service() {
    return {.at_once = [](const HttpRequest& request) -> std::optional<HttpResponse> {
              if (request.path == "/fast") return HttpResponse{.body = "fast"};
              return std::nullopt;
            },
            .later =
                [this](const HttpRequest& request) {
                  ++begun;
                  gone.wait();
                  if (request.path == "/throws") throw std::runtime_error("broken handler");
                  return HttpResponse{.body = "slow " + request.path};
                }};
  }
  std::atomic<int> begun{0};
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future().share();
};

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

TEST(HttpServer, AnswersOthersWhileSomeWait) {
  WaitingService waiting;
  auto server = HttpServer::start({"127.0.0.1", 0}, waiting.service());
  ASSERT_TRUE(server);
  RawClient other((*server)->port());
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int number = 0; number < 34; ++number) {
    clients.push_back(std::make_unique<RawClient>((*server)->port()));
    EXPECT_THAT(clients.back()->exchange(get("/fast")), EndsWith("fast"));
  }
  for (int number = 0; number < 34; ++number) {
    clients[static_cast<std::size_t>(number)]->send(
        get(number == 1 ? "/throws" : "/" + std::to_string(number)));
    while (number < 2 && waiting.begun <= number) std::this_thread::yield();
  }
  for (int round = 0; round < 3; ++round)  // what was sent before is read before
    EXPECT_THAT(other.exchange(get("/fast")), EndsWith("fast"));
  const std::string refused = other.exchange(get("/one-too-many"));
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
  waiting.go.set_value();
  for (std::size_t number = 0; number < clients.size(); ++number) {
    const std::string answer = clients[number]->receive();
    if (number == 1)
      EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    else
      EXPECT_THAT(answer, EndsWith("slow /" + std::to_string(number)));
  }
  EXPECT_THAT(clients[0]->exchange(get("/again")), EndsWith("slow /again")) << "on the same connection";
}

TEST(HttpServer, StopsWhileSomeWait) {
  WaitingService waiting;
  auto server = HttpServer::start({"127.0.0.1", 0}, waiting.service());
  ASSERT_TRUE(server);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int number = 0; number < 5; ++number) {
    clients.push_back(std::make_unique<RawClient>((*server)->port()));
    clients.back()->send(get("/x"));
  }
  while (waiting.begun < 2) std::this_thread::yield();
  std::thread stopper([&server] { (*server)->stop(); });
  waiting.go.set_value();
  stopper.join();
  server->reset();
  for (const auto& client : clients) {
    client->receive();  // those that were being answered may still have their answer
    EXPECT_TRUE(client->is_closed());
  }
}

TEST(HttpServer, KeepsToItselfWhatAClientNoLongerWaitsFor) {
  WaitingService waiting;
  auto server = HttpServer::start({"127.0.0.1", 0}, waiting.service());
  ASSERT_TRUE(server);
  RawClient((*server)->port()).send(get("/x"));
  while (waiting.begun < 1) std::this_thread::yield();
  waiting.go.set_value();
  RawClient client((*server)->port());
  EXPECT_THAT(client.exchange(get("/y")), EndsWith("slow /y"));
}

TEST(HttpServer, TakesAnAddressThatThisHostDoesNotHaveForAWrongSetting) {
  const auto elsewhere = HttpServer::start({"192.0.2.1", 0}, {.at_once = echo});
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().exit_code, 2);
  EXPECT_EQ(elsewhere.error().message,
            "listen on 192.0.2.1:0: cannot assign requested address; give an address of this host");
  const auto nowhere = HttpServer::start({"no address", 0}, {.at_once = echo});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().exit_code, 2);
}

TEST(HttpServer, WritesAnIpv6AddressInBrackets) {
  const auto elsewhere = HttpServer::start({"2001:db8::1", 8080}, {.at_once = echo});
  ASSERT_FALSE(elsewhere);
  EXPECT_THAT(elsewhere.error().message, StartsWith("listen on [2001:db8::1]:8080: "));
}

}  // namespace
}  // namespace sipsonde
