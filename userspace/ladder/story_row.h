// SPDX-License-Identifier: Apache-2.0
// A line of cdr.jsonl, as far as a diagram or a list of calls tells of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

// What is missing, null or of another kind is empty. Texts are as the row has them: not yet made visible.
struct StoryStream {
  std::string way;
  std::string ssrc;
  std::string codec;
  std::string source;  // who says so
  std::optional<std::uint64_t> packets;
  std::optional<std::uint64_t> lost;
  std::optional<double> jitter_ms;
  std::optional<double> mos;
  std::string from;
  std::string to;
};

struct StoryRow {
  std::uint32_t leg = 0;
  std::string call_id;
  std::string direction;
  std::string trunk;
  std::string source;
  std::string destination;
  std::string from_number;
  std::string to_number;
  std::string disposition;
  std::optional<std::int64_t> sip_status;
  std::string hangup_cause;
  std::string disconnect_initiator;
  std::string codec;
  std::string coverage;
  std::string linked_call_id;
  std::string link_reason;
  std::optional<std::int64_t> start_ms;
  std::optional<std::int64_t> answer_ms;
  std::optional<std::int64_t> end_ms;
  std::optional<double> duration_seconds;
  std::optional<double> billable_seconds;
  std::optional<double> loss_fraction;
  std::optional<double> mos;
  std::vector<StoryStream> media;
};

// nullopt: no object of JSON.
std::optional<StoryRow> parse_story_row(std::string_view document);

}  // namespace sipsonde
