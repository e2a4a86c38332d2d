// SPDX-License-Identifier: Apache-2.0
#include "cli/trace_command.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/json_text.h"
#include "cli/reply_json.h"
#include "config/values.h"
#include "ladder/ladder.h"

namespace sipsonde {
namespace {

// Nothing when the agent knows nothing of it.
Result<std::vector<std::string>> list_at(const std::string& target, const char* list, const AskApi& ask) {
  const auto reply = ask(target);
  if (reply && reply->status == 404 && !error_text_of(*reply).empty()) return std::vector<std::string>{};
  const auto body = body_of(reply);
  if (!body) return body.error();
  return entries_of(*body, list);
}

Error unknown_call(const std::string& call_id, const std::string& target, const AskApi& ask) {
  const auto reply = ask(target);
  return Error{"no call " + in_quotes(call_id) + ": " +
               (reply ? error_text_of(*reply) : reply.error().message) +
               "; `sipsonde calls` lists those that are known"};
}

Result<Done> write_file(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  if (file) return Done{};
  return Error{"write " + one_line(path) + ": " + std::strerror(errno)};
}

}  // namespace

Result<Done> trace_command(const TraceOptions& options, const AskApi& ask, const Terminal& terminal,
                           std::ostream& out) {
  const std::string target = "/calls/" + percent_encoded(options.call_id);
  auto events = list_at(target + "/trace", "events", ask);
  if (!events) return events.error();
  auto rows = list_at(target, "legs", ask);
  if (!rows) return rows.error();
  if (events->empty() && rows->empty()) return unknown_call(options.call_id, target, ask);
  if (options.json) {
    std::string members = "\"call_id\": ";
    append_json_string(members, options.call_id);
    members.append(", ")
        .append(list_member("legs", *rows))
        .append(", ")
        .append(list_member("events", *events));
    out << "{" << members << "}\n";
    return Done{};
  }
  const Ladder ladder = ladder_of(*events, *rows);
  if (options.svg && *options.svg != "-") return write_file(*options.svg, ladder_svg(ladder));
  out << (options.svg ? ladder_svg(ladder)
                      : ladder_text(ladder, {terminal.colour, terminal.width, terminal.utf8}));
  return Done{};
}

}  // namespace sipsonde
