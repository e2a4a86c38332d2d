// SPDX-License-Identifier: Apache-2.0
#include "store/joined_record.h"

#include <utility>

#include "base/labels.h"
#include "store/json_object.h"

namespace sipsonde {
namespace {

enum class Match : std::uint8_t { none, same_way, other_way };

// Who seems to call may be who was called: of a BYE nobody can tell.
Match match_of(const CallRecord& rest, const JsonObject& beginning) {
  const Endpoint source = beginning.endpoint("src"), destination = beginning.endpoint("dst");
  if (source == rest.source && destination == rest.destination) return Match::same_way;
  if (source == rest.destination && destination == rest.source) return Match::other_way;
  return Match::none;
}

std::optional<std::uint64_t> time_of(const JsonObject& row, const char* name) {
  const auto milliseconds = row.number(name);
  if (!milliseconds || *milliseconds < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*milliseconds) * 1'000'000;
}

// Nobody had hung up: what the agent, or its absence, cut off in the middle.
bool went_on(const JsonObject& row) {
  return row.text("coverage") == label(Coverage::cut) && row.number("answer_timestamp_ms") &&
         row.text("disconnect_initiator") == label(Initiator::unknown);
}

void turn_round(CallRecord& rest, Arena& texts) {
  std::swap(rest.packets_sent, rest.packets_received);
  std::swap(rest.bytes_sent, rest.bytes_received);
  if (rest.disconnect_initiator == Initiator::caller)
    rest.disconnect_initiator = Initiator::callee;
  else if (rest.disconnect_initiator == Initiator::callee)
    rest.disconnect_initiator = Initiator::caller;
  if (rest.media.empty()) return;
  const std::span<MediaRecord> turned = texts.keep_array<MediaRecord>(rest.media.size());
  for (std::size_t i = 0; i < turned.size(); ++i) {
    turned[i] = rest.media[i];
    turned[i].way = turned[i].way == MediaWay::sent ? MediaWay::received : MediaWay::sent;
  }
  rest.media = turned;
}

void take_beginning(CallRecord& rest, const JsonObject& row, Arena& texts) {
  const auto take_text = [&](std::string_view& text, const char* name) {
    if (const std::string_view known = row.text(name); !known.empty()) text = texts.keep(known);
  };
  rest.leg = static_cast<std::uint32_t>(row.number("leg").value_or(rest.leg));
  rest.direction = row.text("direction") == label(SIPSONDE_DIRECTION_outbound) ? SIPSONDE_DIRECTION_outbound
                                                                               : SIPSONDE_DIRECTION_inbound;
  take_text(rest.from_number, "from_number");
  take_text(rest.to_number, "to_number");
  take_text(rest.from_uri, "from_uri");
  take_text(rest.to_uri, "to_uri");
  take_text(rest.user_agent, "user_agent");
  rest.source = row.endpoint("src");
  rest.destination = row.endpoint("dst");
  rest.start_ns = time_of(row, "start_timestamp_ms");
  rest.ringing_ns = time_of(row, "ringing_timestamp_ms");
  rest.answer_ns = time_of(row, "answer_timestamp_ms");
  if (!rest.end_ns) rest.end_ns = time_of(row, "end_timestamp_ms");
  rest.disposition = Disposition::answered;
  if (const auto status = row.number("sip_status")) rest.sip_status = static_cast<std::uint16_t>(*status);
}

}  // namespace

bool may_be_a_rest(const CallRecord& record) {
  return !record.start_ns && record.coverage != Coverage::full;
}

std::optional<StoreCursor> join(CallRecord& rest, std::span<const StoredRow> rows_of_call, Arena& texts) {
  for (auto row = rows_of_call.rbegin(); row != rows_of_call.rend(); ++row) {
    const auto beginning = JsonObject::parse(row->document);
    if (!beginning || !went_on(*beginning)) continue;
    const Match match = match_of(rest, *beginning);
    if (match == Match::none) continue;
    if (match == Match::other_way) turn_round(rest, texts);
    take_beginning(rest, *beginning, texts);
    return row->at;
  }
  return std::nullopt;
}

}  // namespace sipsonde
