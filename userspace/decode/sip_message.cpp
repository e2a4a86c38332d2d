// SPDX-License-Identifier: Apache-2.0
#include "decode/sip_message.h"

#include <cstring>

#include "base/labels.h"
#include "decode/characters.h"
#include "decode/header_name.h"
#include "decode/header_walk.h"
#include "decode/name_address.h"
#include "decode/parameters.h"
#include "decode/privacy.h"
#include "decode/reason.h"
#include "decode/start_line.h"
#include "decode/via.h"

namespace sipsonde {
namespace {

// CSeq and RSeq stay below 2^31 (RFC 3261 section 8.1.1.5, RFC 3262 section 7.1).
constexpr std::uint32_t kSequenceMax = 0x7fffffff;

// What the walk has found and the judgement asks for, beside the message itself.
struct Findings {
  unsigned call_id_count = 0;
  unsigned cseq_count = 0;
  unsigned from_count = 0;
  unsigned to_count = 0;
  unsigned contact_count = 0;
  std::string_view via_value;
  std::string_view cseq_value;
  std::optional<std::uint32_t> content_length;
  bool content_length_wrong = false;
};

// ---- one header each ----

std::string_view before_parameters(std::string_view value) {
  return trim_back(value.substr(0, value.find(';')));
}

std::optional<std::uint32_t> decode_seconds(std::string_view value) {
  return decode_number(before_parameters(value));
}

void keep_first(std::string_view& kept, std::string_view value) {
  if (kept.empty()) kept = value;
}

void keep_first(std::optional<std::uint32_t>& kept, std::optional<std::uint32_t> value) {
  if (!kept) kept = value;
}

void keep_first_address(NameAddress& kept, std::string_view value) {
  if (kept.uri.empty()) kept = take_name_address(value, false);
}

// Returns what follows the address.
std::string_view decode_party(std::string_view value, NameAddress& party) {
  party = take_name_address(value, false);
  party.tag = find_parameter(value, "tag");
  return value;
}

void decode_asserted_identity(std::string_view value, SipMessage& message) {
  ++message.asserted_identity_count;
  if (!message.asserted_identity.uri.empty()) return;
  message.asserted_identity = take_name_address(value, true);
  message.asserted_identity_rest = value;
}

void decode_contact(std::string_view value, Findings& found, SipMessage& message) {
  if (found.contact_count++ > 0 || value.empty()) return;
  if (value == "*") {
    message.contact_star = true;
    return;
  }
  message.contact = take_name_address(value, true);
  message.contact_expires = decode_number(find_parameter(value, "expires"));
}

void decode_session_expires(std::string_view value, SipMessage& message) {
  if (message.session_expires) return;
  message.session_expires = decode_seconds(value);
  message.refresher = find_parameter(value, "refresher");
}

void decode_content_length(std::string_view value, Findings& found) {
  const auto length = decode_number(value);
  if (!length || (found.content_length && *found.content_length != *length))
    found.content_length_wrong = true;
  keep_first(found.content_length, length);
}

void note_via(std::string_view value, Findings& found, SipMessage& message) {
  if (message.via_count == 0) found.via_value = value;
  message.via_count += count_vias(value);
}

// ---- the walk ----

void decode_header(const HeaderLine& line, Findings& found, SipMessage& message) {
  const std::string_view value = line.value;
  switch (header_name_of(line.name)) {
    case HeaderName::via:
      return note_via(value, found, message);
    case HeaderName::from:
      if (found.from_count++ == 0) message.from_parameters = decode_party(value, message.from);
      return;
    case HeaderName::to:
      if (found.to_count++ == 0) decode_party(value, message.to);
      return;
    case HeaderName::call_id:
      if (found.call_id_count++ == 0) message.call_id = value;
      return;
    case HeaderName::cseq:
      if (found.cseq_count++ == 0) found.cseq_value = value;
      return;
    case HeaderName::contact:
      return decode_contact(value, found, message);
    case HeaderName::content_length:
      return decode_content_length(value, found);
    case HeaderName::content_type:
      return keep_first(message.content_type, value);
    case HeaderName::expires:
      return keep_first(message.expires, decode_seconds(value));
    case HeaderName::min_expires:
      return keep_first(message.min_expires, decode_seconds(value));
    case HeaderName::user_agent:
      return keep_first(message.user_agent, value);
    case HeaderName::server:
      return keep_first(message.server, value);
    case HeaderName::reason:
      return decode_reasons(value, message);
    case HeaderName::rseq:
      return keep_first(message.rseq, decode_number(value, kSequenceMax));
    case HeaderName::session_expires:
      return decode_session_expires(value, message);
    case HeaderName::min_se:
      return keep_first(message.min_se, decode_seconds(value));
    case HeaderName::event:
      return keep_first(message.event, before_parameters(value));
    case HeaderName::subscription_state:
      return keep_first(message.subscription_state, before_parameters(value));
    case HeaderName::refer_to:
      return keep_first_address(message.refer_to, value);
    case HeaderName::replaces:
      return keep_first(message.replaces, value);
    case HeaderName::session_id:
      return keep_first(message.session_id, value);
    case HeaderName::identity:
      ++message.identity_count;
      return keep_first(message.identity, value);
    case HeaderName::asserted_identity:
      return decode_asserted_identity(value, message);
    case HeaderName::privacy:
      return decode_privacy(value, message.privacy);
    case HeaderName::charging_vector:
      return keep_first(message.charging_vector, value);
    case HeaderName::x_cid:
    case HeaderName::x_call_id:
      return keep_first(message.other_call_id, value);
    case HeaderName::x_otel_traceparent:
      return keep_first(message.traces[0].parent, value);
    case HeaderName::x_otel_tracestate:
      return keep_first(message.traces[0].state, value);
    case HeaderName::traceparent:
      return keep_first(message.traces[1].parent, value);
    case HeaderName::tracestate:
      return keep_first(message.traces[1].state, value);
    case HeaderName::x_traceparent:
      return keep_first(message.traces[2].parent, value);
    case HeaderName::x_tracestate:
      return keep_first(message.traces[2].state, value);
    case HeaderName::other:
      return;
  }
}

void decode_body(std::string_view after_headers, bool truncated, Findings& found, SipMessage& message) {
  const std::size_t length = found.content_length.value_or(static_cast<std::uint32_t>(after_headers.size()));
  if (length > after_headers.size() && !truncated) found.content_length_wrong = true;
  message.body = after_headers.substr(0, length);
}

// ---- the judgement ----

sipsonde_malformed decode_cseq(std::string_view value, SipMessage& message) {
  if (value.empty()) return SIPSONDE_MALFORMED_cseq_missing;
  const std::size_t digits = kSpaces.length_until(value);
  const auto number = decode_number(value.substr(0, digits), kSequenceMax);
  if (!number) return SIPSONDE_MALFORMED_cseq_number;
  message.cseq = *number;

  std::string_view method = trim_front(value.substr(digits));
  method = method.substr(0, kSpaces.length_until(method));
  if (method.empty()) return SIPSONDE_MALFORMED_cseq_method;
  if (message.is_request) {
    return method == message.method_text ? SIPSONDE_MALFORMED_none : SIPSONDE_MALFORMED_cseq_method;
  }
  message.method_text = method;
  message.method = method_of(method);
  return SIPSONDE_MALFORMED_none;
}

sipsonde_malformed decode_top_via(std::string_view value, SipMessage& message) {
  if (value.empty()) return SIPSONDE_MALFORMED_via_missing;
  return decode_via(value, message.via) ? SIPSONDE_MALFORMED_none : SIPSONDE_MALFORMED_via_broken;
}

// The headers that the kernel judges too, in its order (bpf/parse/sip.h), so that both give one name to a
// message with several faults. All of it is read, whatever is broken.
sipsonde_malformed judge_transaction(const Findings& found, bool truncated, SipMessage& message) {
  const sipsonde_malformed cseq = decode_cseq(found.cseq_value, message);
  const sipsonde_malformed via = decode_top_via(found.via_value, message);

  if (found.call_id_count > 0 && message.call_id.empty()) return SIPSONDE_MALFORMED_call_id_missing;
  if (found.call_id_count > 1) return SIPSONDE_MALFORMED_call_id_repeated;
  if (found.cseq_count > 1) return SIPSONDE_MALFORMED_cseq_repeated;
  const bool absent = message.via_count == 0 || found.call_id_count == 0 || found.cseq_count == 0;
  if (absent && truncated) return SIPSONDE_MALFORMED_truncated;
  if (message.via_count == 0) return SIPSONDE_MALFORMED_via_missing;
  if (found.call_id_count == 0) return SIPSONDE_MALFORMED_call_id_missing;
  return cseq != SIPSONDE_MALFORMED_none ? cseq : via;
}

// What is for the agent alone to judge.
sipsonde_malformed judge_rest(const Findings& found, bool truncated, const HeaderWalk& walk,
                              std::string_view head, const SipMessage& message) {
  if (truncated && (found.from_count == 0 || found.to_count == 0)) return SIPSONDE_MALFORMED_truncated;
  if (message.from.uri.empty()) return SIPSONDE_MALFORMED_from_missing;
  if (message.to.uri.empty()) return SIPSONDE_MALFORMED_to_missing;
  if (std::memchr(head.data(), 0, head.size())) return SIPSONDE_MALFORMED_nul_in_header;
  if (found.content_length_wrong) return SIPSONDE_MALFORMED_content_length;
  if (!walk.found_empty_line() && !truncated) return SIPSONDE_MALFORMED_no_empty_line;
  return SIPSONDE_MALFORMED_none;
}

}  // namespace

sipsonde_malformed decode_sip(std::string_view bytes, bool truncated, SipMessage& message, Framing framing) {
  message = SipMessage{};
  const std::size_t feed = bytes.find('\n');
  if (feed == std::string_view::npos && truncated) return SIPSONDE_MALFORMED_truncated;
  std::string_view line = bytes.substr(0, feed);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const sipsonde_malformed start = decode_start_line(line, message);

  HeaderWalk walk(feed == std::string_view::npos ? bytes.substr(bytes.size()) : bytes.substr(feed + 1),
                  truncated);
  Findings found;
  HeaderLine header;
  while (walk.take(header)) decode_header(header, found, message);
  message.headers = walk.headers();
  decode_body(walk.body(), truncated, found, message);
  if (framing == Framing::stream && !found.content_length && !truncated) found.content_length_wrong = true;

  const sipsonde_malformed transaction = judge_transaction(found, truncated, message);
  if (start != SIPSONDE_MALFORMED_none) return start;
  if (transaction != SIPSONDE_MALFORMED_none) return transaction;
  const std::string_view head = bytes.substr(0, bytes.size() - walk.body().size());
  return judge_rest(found, truncated, walk, head, message);
}

std::string_view SipMessage::header(std::string_view name, char compact) const {
  HeaderWalk walk(headers, false);
  HeaderLine line;
  while (walk.take(line)) {
    const bool is_compact =
        compact != 0 && line.name.size() == 1 && to_lower(line.name[0]) == to_lower(compact);
    if (is_compact || equals_ignoring_case(line.name, name)) return line.value;
  }
  return {};
}

}  // namespace sipsonde
