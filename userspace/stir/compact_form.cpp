// SPDX-License-Identifier: Apache-2.0
#include "stir/compact_form.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "stir/base64url.h"
#include "stir/claim_number.h"
#include "stir/date.h"

namespace sipsonde {
namespace {

// RFC 8225 section 9: members in the order of their names, no white space.
class JsonText {
 public:
  JsonText& raw(std::string_view text) {
    fits_ &= text.size() <= room_.size() - size_;
    if (fits_)
      size_ = static_cast<std::size_t>(std::ranges::copy(text, room_.begin() + size_).out - room_.begin());
    return *this;
  }
  // What JSON would have to escape is in no URI.
  JsonText& string(std::string_view text) {
    fits_ &= std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
    return raw("\"").raw(text).raw("\"");
  }
  JsonText& number(std::int64_t number) {
    std::array<char, 24> digits;
    return raw({digits.data(), std::to_chars(digits.begin(), digits.end(), number).ptr});
  }
  std::string_view text() const { return fits_ ? std::string_view(room_.data(), size_) : std::string_view{}; }

 private:
  std::array<char, 1024> room_;
  std::size_t size_ = 0;
  bool fits_ = true;
};

// RFC 8224 section 8.3 for numbers, 8.5 for URIs: without parameters.
void append_party(const NameAddress& address, bool is_list, JsonText& json) {
  const std::string_view open = is_list ? "[" : "", close = is_list ? "]" : "";
  if (const auto number = claim_number_of(address.user)) {
    json.raw("{\"tn\":").raw(open).string(number->text()).raw(close).raw("}");
    return;
  }
  const std::size_t after_host =
      address.host.empty()
          ? address.uri.size()
          : static_cast<std::size_t>(address.host.data() - address.uri.data()) + address.host.size();
  json.raw("{\"uri\":").raw(open).string(address.uri.substr(0, after_host)).raw(close).raw("}");
}

bool append_part(const JsonText& json, RebuiltToken& token, std::size_t& size) {
  std::size_t used = token.header_size + token.payload_size;
  const std::size_t before = used;
  if (json.text().empty() || !append_base64url(json.text(), token.room, used)) return false;
  size = used - before;
  return true;
}

}  // namespace

bool rebuild_token(const Identity& identity, const SipMessage& sip, const NameAddress& origin,
                   RebuiltToken& token) {
  token.header_size = token.payload_size = 0;
  const std::optional<std::int64_t> date = decode_date(sip.header("Date"));
  if (!date || identity.info.empty() || !identity.extension.empty()) return false;
  if (sip.body.find("a=fingerprint:") != std::string_view::npos) return false;
  token.issued_at = *date;

  JsonText header;
  header.raw("{\"alg\":\"ES256\",\"typ\":\"passport\",\"x5u\":").string(identity.info).raw("}");
  JsonText payload;
  payload.raw("{\"dest\":");
  append_party(sip.to, true, payload);
  payload.raw(",\"iat\":").number(*date).raw(",\"orig\":");
  append_party(origin, false, payload);
  payload.raw("}");
  return append_part(header, token, token.header_size) && append_part(payload, token, token.payload_size);
}

}  // namespace sipsonde
