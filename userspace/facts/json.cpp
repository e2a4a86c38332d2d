// SPDX-License-Identifier: Apache-2.0
#include "facts/json.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <cstring>

#include "base/json_text.h"
#include "base/labels.h"
#include "facts/timestamp.h"
#include "facts/trace_id.h"

namespace sipsonde {
namespace {

// RapidJSON keeps the grammar; strings are ours: its writer copies and looks at them byte by byte, escapes
// neither DEL nor C1 controls, and its SSE2 scan misses 0x1A to 0x1F.
class Writer : public rapidjson::Writer<rapidjson::StringBuffer> {
 public:
  using rapidjson::Writer<rapidjson::StringBuffer>::Writer;

  // `value` needs no escape. To the grammar a key is the string that comes first.
  void clean_string(std::string_view value) {
    Prefix(rapidjson::kStringType);
    char* place = os_->Push(value.size() + 2);
    *place++ = '"';
    std::memcpy(place, value.data(), value.size());
    place[value.size()] = '"';
  }
  // `json` is a whole value.
  void raw(rapidjson::Type type, std::string_view json) {
    Prefix(type);
    std::memcpy(os_->Push(json.size()), json.data(), json.size());
  }
};

// One JSON object at a time, field by field. Buffers are kept from line to line: after the first lines
// nothing is allocated.
class JsonLine {
 public:
  void begin() {
    buffer_.Clear();
    writer_.Reset(buffer_);
    writer_.StartObject();
  }
  void end(std::string& out) {
    writer_.EndObject();
    out.append(buffer_.GetString(), buffer_.GetSize());
  }

  void key(std::string_view name) { writer_.clean_string(name); }

  void null(std::string_view name) {
    key(name);
    writer_.Null();
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  void text_or_null(std::string_view name, std::string_view value) {
    value.empty() ? null(name) : text(name, value);
  }
  // `value` is known to need no escape.
  void clean_text(std::string_view name, std::string_view value) {
    key(name);
    writer_.clean_string(value);
  }
  void number(std::string_view name, std::uint64_t value) {
    key(name);
    writer_.Uint64(value);
  }
  template <typename Number>
  void number_or_null(std::string_view name, const std::optional<Number>& value) {
    value ? number(name, *value) : null(name);
  }
  void endpoint(std::string_view name, const Endpoint& value) {
    if (value == Endpoint{}) return null(name);
    scratch_.clear();
    append_text(scratch_, value);
    clean_text(name, scratch_);
  }
  // Millionths as a number with as many decimals as it has, so that 0.1 is not 0.09999999.
  void decimal_or_null(std::string_view name, const std::optional<std::int64_t>& millionths) {
    if (!millionths) return null(name);
    char digits[32];
    char* end = digits;
    const bool negative = *millionths < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(*millionths) : static_cast<std::uint64_t>(*millionths);
    if (negative) *end++ = '-';
    end = std::to_chars(end, digits + sizeof digits, magnitude / 1'000'000).ptr;
    auto rest = static_cast<unsigned>(magnitude % 1'000'000);
    if (rest > 0) *end++ = '.';
    for (unsigned place = 100'000; rest > 0; place /= 10) {
      *end++ = static_cast<char>('0' + rest / place);
      rest %= place;
    }
    key(name);
    writer_.raw(rapidjson::kNumberType, {digits, end});
  }
  // Milliseconds as seconds with three decimals.
  void seconds_or_null(std::string_view name, const std::optional<std::uint64_t>& milliseconds) {
    if (!milliseconds) return null(name);
    char digits[32];
    char* end = std::to_chars(digits, digits + sizeof digits, *milliseconds / 1000).ptr;
    const auto rest = static_cast<unsigned>(*milliseconds % 1000);
    *end++ = '.';
    *end++ = static_cast<char>('0' + rest / 100);
    *end++ = static_cast<char>('0' + rest / 10 % 10);
    *end++ = static_cast<char>('0' + rest % 10);
    key(name);
    writer_.raw(rapidjson::kNumberType, {digits, end});
  }
  void text_map(std::string_view name, Attributes entries) {
    key(name);
    writer_.StartObject();
    for (const auto& [entry, value] : entries) {
      string(entry);
      string(value);
    }
    writer_.EndObject();
  }
  void empty_list(std::string_view name) {
    key(name);
    writer_.StartArray();
    writer_.EndArray();
  }

 private:
  void string(std::string_view value) {
    if (needs_no_escape(value)) return writer_.clean_string(value);
    scratch_.clear();
    append_json_string(scratch_, value);
    writer_.raw(rapidjson::kStringType, scratch_);
  }

  rapidjson::StringBuffer buffer_;
  Writer writer_{buffer_};
  std::string scratch_;
};

// One for each thread that writes lines: it holds capacity, nothing that outlives a call.
JsonLine& line_of_this_thread() {
  thread_local JsonLine line;
  return line;
}

const TrunkRule& trunk_of(TrunkIndex index, const FactContext& context) {
  return index < context.trunks->size() ? (*context.trunks)[index] : context.trunks->back();
}

std::optional<std::uint64_t> to_milliseconds(const std::optional<std::uint64_t>& time_ns) {
  if (!time_ns) return std::nullopt;
  return *time_ns / 1'000'000;
}

// Of two times as the row states them, so that the columns of a row agree to the millisecond. Packets of two
// CPUs may be stamped in the wrong order by a hair: never below zero.
std::optional<std::uint64_t> elapsed(const std::optional<std::uint64_t>& from,
                                     const std::optional<std::uint64_t>& until) {
  if (!from || !until) return std::nullopt;
  return *until > *from ? *until - *from : 0;
}

std::string_view or_else(std::string_view text, std::string_view otherwise) {
  return text.empty() ? otherwise : text;
}

void write_parties(JsonLine& line, const CallRecord& record, const TrunkRule& trunk) {
  line.text_or_null("call_id", record.call_id);
  line.number("leg", record.leg);
  const std::string_view tenant = or_else(record.tenant, trunk.tenant);
  line.text("tenant_id", tenant);
  line.text("trunk_id", trunk.name);
  line.text("account_id", or_else(record.account, or_else(trunk.account_id, tenant)));
  line.clean_text("direction", label(record.direction));
  line.text_or_null("from_number", record.from_number);
  line.text_or_null("to_number", record.to_number);
  line.text_or_null("from_uri", record.from_uri);
  line.text_or_null("to_uri", record.to_uri);
  line.endpoint("src", record.source);
  line.endpoint("dst", record.destination);
  line.clean_text("transport", label(record.transport));
}

void write_times(JsonLine& line, const CallRecord& record) {
  const auto start = to_milliseconds(record.start_ns);
  const auto answer = to_milliseconds(record.answer_ns);
  const auto end = to_milliseconds(record.end_ns);
  line.number_or_null("start_timestamp_ms", start);
  line.number_or_null("ringing_timestamp_ms", to_milliseconds(record.ringing_ns));
  line.number_or_null("answer_timestamp_ms", answer);
  line.number_or_null("end_timestamp_ms", end);
  line.seconds_or_null("duration_seconds", elapsed(start, end));
  line.seconds_or_null("billable_seconds", elapsed(answer, end));
}

void write_outcome(JsonLine& line, const CallRecord& record) {
  if (record.disposition)
    line.clean_text("disposition", label(*record.disposition));
  else
    line.null("disposition");
  line.number_or_null("sip_status", record.sip_status);
  line.number_or_null("q850_cause", record.q850_cause);
  line.text_or_null("hangup_cause", record.hangup_cause);
  line.clean_text("disconnect_initiator", label(record.disconnect_initiator));
  line.text_or_null("user_agent", record.user_agent);
}

// Columns that media fill; nothing states them yet, so they are unknown.
void write_media(JsonLine& line) {
  for (const std::string_view column :
       {"codec", "packets_sent", "packets_received", "packets_lost", "bytes_sent", "bytes_received",
        "jitter_ms", "rtt_ms", "loss_fraction", "estimated_mos"})
    line.null(column);
}

// What is added to the row: a price, and what a script says.
void write_additions(JsonLine& line, const CallRecord& record) {
  line.decimal_or_null("price", record.price_micros);
  line.text_or_null("currency", record.currency);
  line.text_or_null("recording_url", record.recording_url);
  line.text_or_null("agent_id", record.agent_id);
  line.text_or_null("route", record.route);
  line.text_map("custom", record.custom);
}

}  // namespace

void append_json(std::string& out, const CallEvent& event, const FactContext& context) {
  const TrunkRule& trunk = trunk_of(event.trunk, context);
  const auto time = timestamp_text(event.time_ns);
  JsonLine& line = line_of_this_thread();
  line.begin();
  line.clean_text("ts", {time.data(), time.size()});
  line.text_or_null("call_id", event.call_id);
  line.number_or_null("leg", event.leg);
  const std::string_view tenant = or_else(event.tenant, trunk.tenant);
  line.text("account_id", or_else(event.account, or_else(trunk.account_id, tenant)));
  line.text("tenant", tenant);
  line.text("trunk", trunk.name);
  line.clean_text("direction", label(event.direction));
  line.clean_text("event", label(event.event));
  line.clean_text("method", label(event.method));
  line.number_or_null("code", event.code);
  line.text_or_null("reason", event.reason);
  line.endpoint("src", event.source);
  line.endpoint("dst", event.destination);
  line.clean_text("transport", label(event.transport));
  line.text_or_null("node", context.node);
  line.text_map("attributes", event.attributes);
  line.end(out);
}

void append_json(std::string& out, const CallRecord& record, const FactContext& context) {
  const auto trace_id = to_hex(trace_id_of(record.call_id));
  JsonLine& line = line_of_this_thread();
  line.begin();
  write_parties(line, record, trunk_of(record.trunk, context));
  write_times(line, record);
  write_outcome(line, record);
  write_media(line);
  write_additions(line, record);
  line.empty_list("media");
  line.text_or_null("node", context.node);
  line.clean_text("trace_id", {trace_id.data(), trace_id.size()});
  line.text_or_null("linked_call_id", record.linked_call_id);
  line.text_or_null("link_reason", record.link_reason);
  line.clean_text("coverage", label(record.coverage));
  line.end(out);
}

}  // namespace sipsonde
