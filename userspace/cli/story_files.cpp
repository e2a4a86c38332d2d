// SPDX-License-Identifier: Apache-2.0
#include "cli/story_files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "base/json_members.h"
#include "base/json_text.h"
#include "cli/reply_json.h"
#include "config/values.h"

namespace sipsonde {
namespace {

constexpr std::size_t kLinesMost = 10'000;  // as the store gives of one call

Result<std::vector<std::string>> lines_of(const std::string& path, const std::string& call_id) {
  std::ifstream file(path);
  if (!file) return Error{"read " + one_line(path) + ": " + std::strerror(errno)};
  std::string quoted;
  append_json_string(quoted, call_id);
  std::vector<std::string> lines;
  for (std::string line; lines.size() < kLinesMost && std::getline(file, line);) {
    if (line.find(quoted) == line.npos) continue;  // far quicker than to read what is of other calls
    rapidjson::Document document;
    if (json::parse(document, line) && json::text(document, "call_id") == call_id) lines.push_back(line);
  }
  return lines;
}

ApiReply reply_of(const char* list, const std::vector<std::string>& lines) {
  if (lines.empty()) return {404, R"({"error": "it is not in these files"})"};
  return {200, "{" + list_member(list, lines) + "}"};
}

}  // namespace

Result<AskApi> story_files(const std::string& directory, const std::string& call_id) {
  const auto events = lines_of(directory + "/events.jsonl", call_id);
  if (!events) return events.error();
  const auto rows = lines_of(directory + "/cdr.jsonl", call_id);  // absent while no leg has ended
  const ApiReply story = reply_of("events", *events);
  const ApiReply legs = reply_of("legs", rows ? *rows : std::vector<std::string>{});
  return AskApi([story, legs](const std::string& target) -> Result<ApiReply> {
    return target.ends_with("/trace") ? story : legs;
  });
}

}  // namespace sipsonde
