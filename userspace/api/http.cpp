// SPDX-License-Identifier: Apache-2.0
#include "api/http.h"

#include <algorithm>
#include <cctype>

#include "base/json_text.h"

namespace sipsonde {

std::string_view HttpRequest::header(std::string_view name) const {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  for (const auto& [key, value] : headers)
    if (std::ranges::equal(key, name, same)) return value;
  return {};
}

HttpResponse error_response(unsigned status, std::string_view message) {
  HttpResponse response{.status = status};
  response.body = "{\"error\": ";
  append_json_string(response.body, message);
  response.body += "}\n";
  return response;
}

HttpResponse method_not_allowed(std::string_view allowed) {
  HttpResponse response = error_response(405, "this path takes " + std::string(allowed));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace sipsonde
