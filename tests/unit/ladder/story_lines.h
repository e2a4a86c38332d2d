// SPDX-License-Identifier: Apache-2.0
// Lines of JSON as the agent writes them, for tests of what is made of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json_text.h"
#include "facts/timestamp.h"
#include "ladder/ladder.h"

namespace sipsonde {

inline constexpr std::uint64_t kNoon_ns = 1'772'366'400'000'000'000;  // 2026-03-01T12:00:00Z
inline constexpr const char* kAlice = "192.0.2.10:5060";
inline constexpr const char* kProxy = "198.51.100.5:5060";
inline constexpr const char* kBob = "192.0.2.20:5060";

struct Told {
  std::uint64_t at_ms = 0;
  std::string event;
  std::string method = {};  // empty: null
  unsigned code = 0;        // 0: null
  std::string reason = {};
  std::string from = kAlice;
  std::string to = kBob;
  std::optional<unsigned> leg = 0;
  std::string attributes = "{}";
  std::string transport = "udp";
};

inline std::string text_or_null(const std::string& text) {
  std::string out;
  if (text.empty()) return "null";
  append_json_string(out, text);
  return out;
}

inline std::string line_of(const Told& told) {
  const auto time = timestamp_text(kNoon_ns + told.at_ms * 1'000'000);
  return R"({"ts":")" + std::string(time.data(), time.size()) + R"(","call_id":"call@a.example","leg":)" +
         (told.leg ? std::to_string(*told.leg) : "null") + R"(,"event":)" + text_or_null(told.event) +
         R"(,"method":)" + text_or_null(told.method) + R"(,"code":)" +
         (told.code ? std::to_string(told.code) : "null") + R"(,"reason":)" + text_or_null(told.reason) +
         R"(,"src":)" + text_or_null(told.from) + R"(,"dst":)" + text_or_null(told.to) + R"(,"transport":")" +
         told.transport + R"(","attributes":)" + told.attributes + "}";
}

inline std::vector<std::string> lines_of(const std::vector<Told>& story) {
  std::vector<std::string> lines;
  for (const Told& told : story) lines.push_back(line_of(told));
  return lines;
}

inline Ladder ladder_of_story(const std::vector<Told>& story, const std::vector<std::string>& rows = {}) {
  return ladder_of(lines_of(story), rows);
}

inline std::string row_of(unsigned leg, const std::string& from, const std::string& to,
                          const std::string& more = "") {
  return R"({"call_id":"call@a.example","leg":)" + std::to_string(leg) + R"(,"src":")" + from +
         R"(","dst":")" + to + R"(","from_number":"alice","to_number":"bob")" +
         (more.empty() ? "" : "," + more) + "}";
}

// INVITE, 180, 200, ACK, BYE, 200.
inline std::vector<Told> answered_call() {
  return {{0, "sip.invite", "INVITE"},
          {200, "sip.ringing", "INVITE", 180, "Ringing", kBob, kAlice},
          {1000, "sip.answered", "INVITE", 200, "OK", kBob, kAlice},
          {1020, "sip.ack", "ACK"},
          {9000, "sip.bye", "BYE"},
          {9020, "sip.terminated", "BYE", 200, "OK", kBob, kAlice}};
}

}  // namespace sipsonde
