// SPDX-License-Identifier: Apache-2.0
#include "links/clues.h"

#include <algorithm>

#include "decode/characters.h"
#include "decode/header_walk.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

// Longer values are not looked at: nobody who is in earnest sends them.
constexpr std::size_t kValueMax = 512;

std::string_view sensible(std::string_view value) {
  return value.size() <= kValueMax ? value : std::string_view{};
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// 32 hex digits. RFC 7989 section 5 has them in lower case; some senders have not.
std::optional<SessionUuid> uuid_of(std::string_view text) {
  SessionUuid uuid{};
  if (text.size() != 2 * uuid.size()) return std::nullopt;
  bool null = true;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid[i] = static_cast<char>(high << 4 | low);
    null = null && uuid[i] == 0;
  }
  return null ? std::nullopt : std::optional(uuid);
}

// A header whose value is parameters alone: the first stands without a semicolon.
std::string_view parameter_of(std::string_view value, std::string_view name) {
  const std::string_view first = value.substr(0, kTokenBytes.length_while(value));
  if (!equals_ignoring_case(first, name)) return find_parameter(value, name);
  std::string_view rest = trim_front(value.substr(first.size()));
  if (!rest.starts_with('=')) return {};
  rest = trim_front(rest.substr(1));
  bool closed = false;
  if (rest.starts_with('"')) return take_quoted(rest, closed);
  return rest.substr(0, std::min(kSpaces.length_until(rest), kValueSeparators.length_until(rest)));
}

void take_headers(const SipMessage& invite, std::span<const std::string> names, LinkClues& clues) {
  HeaderWalk walk(invite.headers, false);
  HeaderLine line;
  while (walk.take(line))
    for (std::size_t i = 0; i < names.size() && i < clues.headers.size(); ++i)
      if (clues.headers[i].empty() && equals_ignoring_case(line.name, names[i]))
        clues.headers[i] = sensible(line.value);
}

}  // namespace

SessionId session_id_of(std::string_view header) {
  SessionId id;
  if (header.empty()) return id;
  id.local = uuid_of(
      header.substr(0, std::min(kSpaces.length_until(header), kValueSeparators.length_until(header))));
  id.remote = uuid_of(find_parameter(header, "remote"));
  return id;
}

LinkClues clues_of(const SipMessage& invite, std::span<const std::string> headers) {
  LinkClues clues;
  clues.call_id = invite.call_id;
  clues.replaced = sensible(call_id_in_replaces(invite.replaces));
  clues.other_leg = sensible(invite.other_call_id);
  clues.session = session_id_of(invite.session_id);
  clues.icid = sensible(parameter_of(invite.charging_vector, "icid-value"));
  clues.from_number = sensible(invite.from.user);
  clues.to_number = sensible(invite.to.user);
  clues.target_user = sensible(invite.request_uri.user);
  clues.target_host = sensible(invite.request_uri.host);
  clues.offer = offer_of(invite);
  if (!headers.empty()) take_headers(invite, headers, clues);
  return clues;
}

Referral referral_of(const SipMessage& refer) {
  Referral referral;
  referral.target_user = sensible(refer.refer_to.user);
  referral.target_host = sensible(refer.refer_to.host);
  referral.receiver = sensible(refer.to.user);
  // Headers of a URI: ?name=value&name=value (RFC 3261 section 19.1.1).
  const std::string_view uri = refer.refer_to.uri;
  std::string_view headers = uri.substr(std::min(uri.find('?'), uri.size()));
  while (!headers.empty()) {
    headers.remove_prefix(1);
    const std::string_view header = headers.substr(0, headers.find('&'));
    headers.remove_prefix(header.size());
    const std::size_t equals = std::min(header.find('='), header.size());
    if (equals < header.size() && equals_ignoring_case(header.substr(0, equals), "replaces"))
      referral.replaces = header.substr(equals + 1);
  }
  return referral;
}

std::string_view call_id_in_replaces(std::string_view replaces) {
  return trim(replaces.substr(0, replaces.find(';')));
}

std::string_view unescaped(std::string_view text, std::span<char> room) {
  std::size_t size = 0;
  while (!text.empty() && size < room.size()) {
    const int high = text.size() > 2 && text.front() == '%' ? hex_digit(text[1]) : -1;
    const int low = high >= 0 ? hex_digit(text[2]) : -1;
    room[size++] = low >= 0 ? static_cast<char>(high << 4 | low) : text.front();
    text.remove_prefix(low >= 0 ? 3 : 1);
  }
  return {room.data(), size};
}

}  // namespace sipsonde
