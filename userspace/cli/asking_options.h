// SPDX-License-Identifier: Apache-2.0
// What was typed behind the commands that ask a running agent.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace sipsonde {

// Where the agent is, and what lets us in.
struct AgentAddress {
  std::optional<std::string> url;  // --api; absent: where an agent of this host listens unless told otherwise
  std::optional<std::string> token_file;  // --token-file; absent: SIPSONDE_API_TOKEN
};

struct TraceOptions {
  AgentAddress api;
  std::string call_id;
  std::optional<std::string> files;  // --files: a directory to read instead of asking
  std::optional<std::string> svg;    // --svg: a file
  bool json = false;
};

inline constexpr std::size_t kCallsListed = 50;
inline constexpr std::size_t kCallsListedMost = 100'000;

struct CallsOptions {
  AgentAddress api;
  bool active = false;
  std::optional<std::string> from;  // a time, or how long ago
  std::optional<std::string> until;
  std::optional<std::string> text;  // -q
  std::optional<std::string> tenant;
  std::optional<std::string> trunk;
  std::optional<std::string> disposition;
  std::optional<std::string> cursor;  // where an earlier list ended
  std::size_t limit = kCallsListed;
  bool json = false;
};

struct TopOptions {
  AgentAddress api;
  bool once = false;
  bool json = false;
};

struct StatusOptions {
  AgentAddress api;
  bool json = false;
};

}  // namespace sipsonde
