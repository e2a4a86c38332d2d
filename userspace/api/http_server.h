// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 on one address, with one thread that does all input and output and answers what can be answered at
// once, and two that answer the rest. Bounded in everything a client can make large: connections, header,
// body, time, requests that wait for an answer.
#pragma once

#include <cstdint>
#include <memory>

#include "api/http.h"
#include "base/result.h"
#include "config/settings.h"

namespace sipsonde {

class HttpServer {
 public:
  // Listens when this returns. Port 0 takes any free one. A port that is taken is exit code 1, an address
  // that this host does not have 2.
  static Result<std::unique_ptr<HttpServer>> start(const ListenAddress& address, HttpService service);
  ~HttpServer();  // stops
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  // Closes every connection and ends the threads, an answer under way comes first. What the service refers to
  // may go afterwards.
  void stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sipsonde
