// SPDX-License-Identifier: Apache-2.0
#include "ladder/story_row.h"

#include <algorithm>

#include "base/json_members.h"

namespace sipsonde {
namespace {

using namespace json;

StoryStream stream_of(const Value& entry) {
  StoryStream stream;
  stream.way = text(entry, "way");
  if (const auto ssrc = count(entry, "ssrc")) stream.ssrc = std::to_string(*ssrc);
  stream.codec = text(entry, "codec");
  stream.source = text(entry, "source");
  stream.packets = count(entry, "packets");
  stream.lost = count(entry, "lost");
  stream.jitter_ms = number(entry, "jitter_ms");
  stream.mos = number(entry, "mos");
  stream.from = text(entry, "src");
  stream.to = text(entry, "dst");
  return stream;
}

}  // namespace

std::optional<StoryRow> parse_story_row(std::string_view line) {
  rapidjson::Document document;
  if (!parse(document, line)) return std::nullopt;
  StoryRow row;
  row.leg =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(count(document, "leg").value_or(0), UINT32_MAX));
  row.call_id = text(document, "call_id");
  row.direction = text(document, "direction");
  row.trunk = text(document, "trunk_id");
  row.source = text(document, "src");
  row.destination = text(document, "dst");
  row.from_number = text(document, "from_number");
  row.to_number = text(document, "to_number");
  row.disposition = text(document, "disposition");
  row.sip_status = integer(document, "sip_status");
  row.hangup_cause = text(document, "hangup_cause");
  row.disconnect_initiator = text(document, "disconnect_initiator");
  row.codec = text(document, "codec");
  row.coverage = text(document, "coverage");
  row.linked_call_id = text(document, "linked_call_id");
  row.link_reason = text(document, "link_reason");
  row.start_ms = integer(document, "start_timestamp_ms");
  row.answer_ms = integer(document, "answer_timestamp_ms");
  row.end_ms = integer(document, "end_timestamp_ms");
  row.duration_seconds = number(document, "duration_seconds");
  row.billable_seconds = number(document, "billable_seconds");
  row.loss_fraction = number(document, "loss_fraction");
  row.mos = number(document, "estimated_mos");
  const Value* const media = member(document, "media");
  if (media && media->IsArray())
    for (const Value& entry : media->GetArray())
      if (entry.IsObject()) row.media.push_back(stream_of(entry));
  return row;
}

}  // namespace sipsonde
