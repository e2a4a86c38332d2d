// SPDX-License-Identifier: Apache-2.0
// The only file that includes Boost.Beast: it takes long to compile.
#include "api/http_server.h"

#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <exception>
#include <thread>

#include "api/waiting_room.h"
#include "base/capabilities.h"

namespace sipsonde {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t kHeaderLimit = 16 << 10;
constexpr std::uint64_t kBodyLimit = 1 << 20;
constexpr int kConnectionLimit = 256;
constexpr unsigned kWaitingThreads = 2;
constexpr std::size_t kWaitingLimit = 32;
constexpr std::chrono::seconds kPatience{60};           // for a whole request, idle time before it included
constexpr std::chrono::milliseconds kAcceptPause{100};  // after an error, as when descriptors have run out

HttpRequest plain(http::request<http::string_body>&& message) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  const std::string target(message.target());
  const std::size_t path_end = target.find('?');
  request.path = target.substr(0, path_end);
  if (path_end != std::string::npos) request.query = target.substr(path_end + 1);
  for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
  request.body = std::move(message.body());
  return request;
}

template <typename Handler>
auto answer_of(const Handler& handler, const HttpRequest& request) -> decltype(handler(request)) {
  try {
    return handler(request);
  } catch (const std::exception& failure) {
    spdlog::error("answer {}: {}", request.method, failure.what());
    return error_response(500, "the request failed; see the log");
  }
}

HttpResponse answer_to_broken(const error_code& failure) {
  if (failure == http::error::header_limit) return error_response(431, "the header is larger than 16 KiB");
  if (failure == http::error::body_limit) return error_response(413, "the body is larger than 1 MiB");
  return error_response(400, "this is no HTTP/1.1 request");
}

HttpResponse answer_to_one_too_many() {
  HttpResponse response = error_response(503, "too many requests wait for their answer; try again");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

bool is_http_error(const error_code& failure) {
  return failure.category() == make_error_code(http::error::bad_method).category();
}

// Of all connections of one server.
struct Shared {
  HttpService service;
  WaitingRoom waiting{kWaitingThreads, kWaitingLimit};
  int connections = 0;  // of the server's thread alone
};

// One connection: read, answer, again. Alive as long as an operation on it is under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket&& socket, Shared& shared) : stream_(std::move(socket)), shared_(shared) {
    ++shared_.connections;
  }
  ~Session() { --shared_.connections; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void read() {
    parser_.emplace();
    parser_->header_limit(kHeaderLimit);
    parser_->body_limit(kBodyLimit);
    stream_.expires_after(kPatience);
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](const error_code& failure, std::size_t) { self->on_read(failure); });
  }

 private:
  void on_read(const error_code& failure) {
    if (failure == http::error::end_of_stream) return close();
    if (is_http_error(failure)) return write(answer_to_broken(failure), false, false);
    if (failure) return;  // gone, or too slow
    auto message = parser_->release();
    const bool keep_alive = message.keep_alive();
    const bool head = message.method() == http::verb::head;
    HttpRequest request = plain(std::move(message));
    if (auto answer = answer_of(shared_.service.at_once, request))
      return write(std::move(*answer), keep_alive, head);
    answer_later(std::move(request), keep_alive, head);
  }

  // The session goes with the request and comes back with the answer: only the server's thread lets go of it.
  void answer_later(HttpRequest&& request, bool keep_alive, bool head) {
    auto job = [self = shared_from_this(), request = std::move(request), keep_alive, head]() mutable {
      HttpResponse answer = answer_of(self->shared_.service.later, request);
      const auto executor = self->stream_.get_executor();
      asio::post(executor, [self = std::move(self), answer = std::move(answer), keep_alive, head]() mutable {
        self->write(std::move(answer), keep_alive, head);
      });
    };
    if (!shared_.waiting.enter(std::move(job))) write(answer_to_one_too_many(), keep_alive, head);
  }

  void write(HttpResponse&& answer, bool keep_alive, bool head) {
    response_ = {};
    response_.version(11);
    response_.result(answer.status);
    if (!answer.content_type.empty()) response_.set(http::field::content_type, answer.content_type);
    for (const auto& [name, value] : answer.headers) response_.set(name, value);
    response_.keep_alive(keep_alive);
    // RFC 9110 section 8.6: none in a 204.
    if (answer.status != 204) response_.content_length(answer.body.size());
    if (!head) response_.body() = std::move(answer.body);
    stream_.expires_after(kPatience);
    http::async_write(stream_, response_,
                      [self = shared_from_this(), keep_alive](const error_code& failure, std::size_t) {
                        if (failure) return;
                        keep_alive ? self->read() : self->close();
                      });
  }

  void close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  Shared& shared_;
  beast::flat_buffer buffer_{kHeaderLimit + 4096};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

std::string text_of(const ListenAddress& address) {
  const bool bracketed = address.host.find(':') != std::string::npos;
  return (bracketed ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

Error listen_error(const ListenAddress& address, const error_code& failure) {
  std::string reason = failure.message();
  if (!reason.empty()) reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  const std::string what = "listen on " + text_of(address) + ": " + reason;
  if (failure == asio::error::address_in_use)
    return Error{what + "; stop what listens there or choose another port", 1};
  if (failure == asio::error::access_denied) return Error{what + "; choose a port above 1023", 1};
  return Error{what + "; give an address of this host", 2};
}

}  // namespace

struct HttpServer::State {
  explicit State(HttpService service) { shared.service = std::move(service); }

  Result<Done> listen(const ListenAddress& address) {
    error_code failure;
    const auto host = asio::ip::make_address(address.host, failure);
    if (failure) return listen_error(address, failure);
    const tcp::endpoint endpoint(host, address.port);
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor.bind(endpoint, failure);
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) return listen_error(address, failure);
    port = acceptor.local_endpoint(failure).port();
    return Done{};
  }

  void accept() {
    acceptor.async_accept([this](const error_code& failure, tcp::socket socket) {
      if (failure) {
        retry.expires_after(kAcceptPause);
        retry.async_wait([this](const error_code& cancelled) {
          if (!cancelled) accept();
        });
        return;
      }
      if (shared.connections < kConnectionLimit) std::make_shared<Session>(std::move(socket), shared)->read();
      accept();
    });
  }

  Shared shared;
  asio::io_context context{1};  // destroys the sessions, which refer to what stands above
  tcp::acceptor acceptor{context};
  asio::steady_timer retry{context};
  std::uint16_t port = 0;
  std::thread thread;
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ListenAddress& address, HttpService service) {
  auto state = std::make_unique<State>(std::move(service));
  if (auto listening = state->listen(address); !listening) return listening.error();
  state->accept();
  state->thread = std::thread([running = state.get()] {
    keep_capabilities(capabilities_of_http());
    running->context.run();
  });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::~HttpServer() {
  stop();
}

std::uint16_t HttpServer::port() const {
  return state_->port;
}

void HttpServer::stop() {
  if (!state_->thread.joinable()) return;
  state_->context.stop();
  state_->thread.join();
  state_->shared.waiting.close();
}

}  // namespace sipsonde
