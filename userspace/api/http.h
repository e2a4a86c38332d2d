// SPDX-License-Identifier: Apache-2.0
// A request and its answer as plain values: routes are functions of them and know no socket.
#pragma once

#include <functional>
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

// Called on the server's thread, one request at a time: it must not block for long.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// {"error": …}
HttpResponse error_response(unsigned status, std::string_view message);
// 405 with the header that RFC 9110 section 15.5.6 asks for.
HttpResponse method_not_allowed(std::string_view allowed);

}  // namespace sipsonde
