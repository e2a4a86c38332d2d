// SPDX-License-Identifier: Apache-2.0
// Asks the HTTP API of an agent, one request after the other on one connection.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/asking_options.h"

namespace sipsonde {

struct ApiReply {
  unsigned status = 0;
  std::string body;
};

// Asks for a target such as "/calls?limit=10". An error is one of the way there, or of the right to ask;
// every other answer of an agent is a reply.
using AskApi = std::function<Result<ApiReply>(const std::string& target)>;

class ApiClient {
 public:
  // An unusable URL or token is exit code 2. `token` is that of the environment, empty when there is none.
  static Result<ApiClient> open(const AgentAddress& access, std::string_view token);
  ApiClient(ApiClient&&) noexcept;
  ~ApiClient();

  Result<ApiReply> get(const std::string& target);
  const std::string& url() const;

 private:
  struct State;
  explicit ApiClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// "http://192.0.2.1:9092" of "192.0.2.1:9092/" and its kin.
Result<std::string> parse_api_url(std::string_view text);

// As a part of a path, or a value of a query (RFC 3986 section 2.1).
std::string percent_encoded(std::string_view text);

// The body of a 200. Of any other status what the agent says about it, as an error.
Result<std::string> body_of(const Result<ApiReply>& reply);
// {"error": …} as a line; empty when there is none.
std::string error_text_of(const ApiReply& reply);

}  // namespace sipsonde
