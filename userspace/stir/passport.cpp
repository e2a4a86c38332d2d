// SPDX-License-Identifier: Apache-2.0
#include "stir/passport.h"

#include <rapidjson/reader.h>

#include <cmath>
#include <cstring>

#include "stir/base64url.h"

namespace sipsonde {
namespace {

constexpr std::size_t kDepthMax = 8;
constexpr std::int64_t kLatest = 253'402'300'799;  // the end of the year 9999

bool set_once(std::string_view& claim, std::string_view text) {
  if (claim.data() != nullptr) return false;
  claim = text;
  return true;
}

// What RapidJSON's reader tells of one object; false ends the reading. The reader descends by recursion, so
// that the bound of the depth is also the bound of its stack.
class ClaimReader {
 public:
  ClaimReader(Passport& passport, bool is_header) : passport_(passport), is_header_(is_header) {}

  bool Key(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ <= kKeysKept) keys_[depth_ - 1] = {text, length};
    if (is_header_ && depth_ == 1 && keys_[0] == "crit") passport_.has_critical = true;
    return true;
  }
  bool String(const char* text, rapidjson::SizeType length, bool) { return take_text({text, length}); }
  bool StartObject() { return enter(false); }
  bool StartArray() { return enter(true); }
  bool EndObject(rapidjson::SizeType) { return leave(); }
  bool EndArray(rapidjson::SizeType) { return leave(); }
  bool Int(int number) { return take_number(number); }
  bool Uint(unsigned number) { return take_number(number); }
  bool Int64(std::int64_t number) { return take_number(number); }
  bool Uint64(std::uint64_t number) {
    return take_number(number > static_cast<std::uint64_t>(kLatest) ? -1 : static_cast<std::int64_t>(number));
  }
  // RFC 7519 section 2: a NumericDate may have a fraction.
  bool Double(double number) {
    const bool usable = number >= 0 && number <= static_cast<double>(kLatest);
    return take_number(usable ? static_cast<std::int64_t>(number) : -1);
  }
  bool Null() { return take_other(); }
  bool Bool(bool) { return take_other(); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }

 private:
  static constexpr std::size_t kKeysKept = 2;

  bool enter(bool is_array) {
    if (depth_ == 0 && is_array) return false;
    if (depth_ == kDepthMax) return false;
    is_array_[depth_++] = is_array;
    if (depth_ <= kKeysKept) keys_[depth_ - 1] = {};
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }

  bool is_date() const { return !is_header_ && depth_ == 1 && keys_[0] == "iat"; }
  // {"orig": {"tn": …}}, and for the receivers a list of them.
  bool is_party_of(std::string_view claim) const {
    if (is_header_ || keys_[0] != claim || is_array_[1]) return false;
    return depth_ == 2 || (depth_ == 3 && is_array_[2]);
  }

  bool take_text(std::string_view text) {
    if (depth_ == 0) return false;
    if (depth_ == 1) return is_header_ ? take_header_text(text) : take_payload_text(text);
    const bool is_number = keys_[1] == "tn";
    if (!is_number && keys_[1] != "uri") return true;
    if (is_party_of("orig")) return take_origin({text, is_number});
    if (is_party_of("dest")) take_destination({text, is_number});
    return true;
  }
  bool take_header_text(std::string_view text) {
    if (keys_[0] == "alg") return set_once(passport_.algorithm, text);
    if (keys_[0] == "typ") return set_once(passport_.type, text);
    if (keys_[0] == "ppt") return set_once(passport_.extension, text);
    if (keys_[0] == "x5u") return set_once(passport_.certificate_url, text);
    return true;
  }
  bool take_payload_text(std::string_view text) {
    if (keys_[0] == "attest") return set_once(passport_.attestation, text);
    if (keys_[0] == "origid") return set_once(passport_.origination_id, text);
    return !is_date();
  }
  bool take_origin(PartyClaim party) {
    if (passport_.origin) return false;
    passport_.origin = party;
    return true;
  }
  void take_destination(PartyClaim party) {
    if (passport_.destination_count < passport_.destinations.size())
      passport_.destinations[passport_.destination_count++] = party;
  }
  bool take_number(std::int64_t number) {
    if (depth_ == 0) return false;
    if (!is_date()) return true;
    if (number < 0 || number > kLatest || passport_.issued_at) return false;
    passport_.issued_at = number;
    return true;
  }
  bool take_other() const { return depth_ > 0 && !is_date(); }

  Passport& passport_;
  bool is_header_;
  std::size_t depth_ = 0;
  std::array<bool, kDepthMax> is_array_{};
  std::array<std::string_view, kKeysKept> keys_{};
};

// `room` keeps its last byte for the NUL that the reader stops at.
bool read_claims(std::string_view encoded, std::span<char> room, ClaimReader reader) {
  const auto decoded = decode_base64url(encoded, room.first(room.size() - 1));
  if (!decoded || std::memchr(decoded->data(), 0, decoded->size())) return false;
  room[decoded->size()] = 0;
  rapidjson::InsituStringStream json(room.data());
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseValidateEncodingFlag;
  return !rapidjson::Reader{}.Parse<kFlags>(json, reader).IsError();
}

}  // namespace

bool decode_passport(const Identity& identity, PassportText& text, Passport& passport) {
  passport = Passport{};
  return read_claims(identity.header, text.header, {passport, true}) &&
         read_claims(identity.payload, text.payload, {passport, false});
}

}  // namespace sipsonde
