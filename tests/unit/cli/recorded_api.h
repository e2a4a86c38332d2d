// SPDX-License-Identifier: Apache-2.0
// An agent that answers what a test has laid out, and remembers what it was asked.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/api_client.h"

namespace sipsonde {

struct RecordedApi {
  std::map<std::string, ApiReply> replies;
  std::vector<std::string> asked;

  AskApi ask() {
    return [this](const std::string& target) -> Result<ApiReply> {
      asked.push_back(target);
      const auto found = replies.find(target);
      if (found == replies.end()) return ApiReply{404, R"({"error": "there is no such path"})"};
      return found->second;
    };
  }
};

}  // namespace sipsonde
