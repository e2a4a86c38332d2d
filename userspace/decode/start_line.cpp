// SPDX-License-Identifier: Apache-2.0
#include "decode/start_line.h"

#include "base/labels.h"
#include "decode/characters.h"
#include "decode/name_address.h"

namespace sipsonde {
namespace {

constexpr ByteSet kVersionBytes("0123456789.");

bool begins_with_sip(std::string_view text) {
  return equals_ignoring_case(text.substr(0, 4), "sip/");
}
bool is_version(std::string_view text) {
  return equals_ignoring_case(text, "sip/2.0");
}

sipsonde_malformed decode_status_line(std::string_view line, SipMessage& message) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_version(line.substr(0, space)))
    return SIPSONDE_MALFORMED_version;
  const std::string_view rest = line.substr(space + 1);
  // The space before an empty reason phrase is often left out.
  if (rest.size() > 3 && rest[3] != ' ') return SIPSONDE_MALFORMED_status;
  const auto code = decode_number(rest.substr(0, 3), SIPSONDE_CODE_LAST);
  if (!code || *code < SIPSONDE_CODE_FIRST) return SIPSONDE_MALFORMED_status;
  message.code = static_cast<int>(*code);
  if (rest.size() > 4) message.reason_phrase = rest.substr(4);
  return SIPSONDE_MALFORMED_none;
}

// "SIP/" and a number of any kind: a version, if not ours.
bool looks_like_version(std::string_view text) {
  return text.size() > 4 && begins_with_sip(text) &&
         kVersionBytes.length_while(text.substr(4)) == text.size() - 4;
}

sipsonde_malformed decode_request_line(std::string_view line, SipMessage& message) {
  message.is_request = true;
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return SIPSONDE_MALFORMED_start_line;
  message.method_text = line.substr(0, first);
  if (!is_token(message.method_text)) return SIPSONDE_MALFORMED_start_line;
  message.method = method_of(message.method_text);

  const std::size_t last = line.rfind(' ');
  const std::string_view version = line.substr(last + 1);
  if (!looks_like_version(version)) return SIPSONDE_MALFORMED_start_line;
  if (last == first) return SIPSONDE_MALFORMED_uri;
  const std::string_view uri = line.substr(first + 1, last - first - 1);
  if (uri.empty() || uri == "*" || uri.find(' ') != std::string_view::npos) return SIPSONDE_MALFORMED_uri;
  decode_uri(uri, message.request_uri);
  return is_version(version) ? SIPSONDE_MALFORMED_none : SIPSONDE_MALFORMED_version;
}

}  // namespace

sipsonde_malformed decode_start_line(std::string_view line, SipMessage& message) {
  return begins_with_sip(line) ? decode_status_line(line, message) : decode_request_line(line, message);
}

}  // namespace sipsonde
