// SPDX-License-Identifier: Apache-2.0
// A request and its answer as plain values: routes are functions of them and know no socket.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipsonde {

struct HttpRequest {
  std::string method;  // HEAD is answered like GET; the server leaves the body out
  std::string path;    // as sent, percent-encoded, without the query
  std::string query;   // after the question mark
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers;

  // The first of that name, whatever its case (RFC 9110 section 5.1); empty when there is none.
  std::string_view header(std::string_view name) const;
  bool reads() const { return method == "GET" || method == "HEAD"; }
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "application/json";  // empty: none, as with 204
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// What a server asks. Whatever waits, for a disk or for another thread, does so in `later`, so that nobody
// who asks for health or metrics waits behind it.
struct HttpService {
  // On the server's thread, one request at a time. nullopt: `later` has the answer.
  std::function<std::optional<HttpResponse>(const HttpRequest&)> at_once;
  // On one of a few other threads.
  HttpHandler later = {};
};

// {"error": …}
HttpResponse error_response(unsigned status, std::string_view message);
// 405 with the header that RFC 9110 section 15.5.6 asks for.
HttpResponse method_not_allowed(std::string_view allowed);

}  // namespace sipsonde
