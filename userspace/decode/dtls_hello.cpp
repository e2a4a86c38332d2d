// SPDX-License-Identifier: Apache-2.0
// ClientHello and ServerHello (RFC 5246 section 7.4.1, RFC 6347 section 4.2.1, RFC 8446 section 4.1).
#include "decode/dtls.h"
#include "decode/network_order.h"

namespace sipsonde {
namespace {

constexpr std::size_t kRandom = 32;
constexpr std::uint16_t kUseSrtp = 14;            // RFC 5764 section 4.1.1
constexpr std::uint16_t kPreSharedKey = 41;       // RFC 8446 section 4.2.11
constexpr std::uint16_t kSupportedVersions = 43;  // RFC 8446 section 4.2.1

// RFC 8446 section 4.1.3: SHA-256 of "HelloRetryRequest".
constexpr std::string_view kRetryRandom =
    "\xCF\x21\xAD\x74\xE5\x9A\x61\x11\xBE\x1D\x8C\x02\x1E\x65\xB8\x91"
    "\xC2\xA2\x11\x16\x7A\xBB\x8C\x5E\x07\x9E\x09\xE2\xC8\xA8\x33\x9C";

// A cursor that stays where it is once something did not fit.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  bool holds() const { return holds_; }
  bool empty() const { return rest_.empty(); }

  std::string_view take(std::size_t size) {
    holds_ = holds_ && size <= rest_.size();
    if (!holds_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::uint8_t take_u8() {
    const std::string_view taken = take(1);
    return holds_ ? byte_at(taken, 0) : std::uint8_t{0};
  }
  std::uint16_t take_u16() {
    const std::string_view taken = take(2);
    return holds_ ? u16_at(taken, 0) : std::uint16_t{0};
  }
  // Vectors as RFC 8446 section 3.4 writes them: a length, then so many bytes.
  std::string_view take_vector8() { return take(take_u8()); }
  std::string_view take_vector16() { return take(take_u16()); }

 private:
  std::string_view rest_;
  bool holds_ = true;
};

void read_use_srtp(std::string_view extension, DtlsHello& hello) {
  Bytes profiles(Bytes(extension).take_vector16());
  while (!profiles.empty() && hello.srtp_profile_count < hello.srtp_profiles.size()) {
    const std::uint16_t profile = profiles.take_u16();
    if (!profiles.holds()) return;
    hello.srtp_profiles[hello.srtp_profile_count++] = profile;
  }
}

// Of DTLS a higher version is a smaller number (RFC 6347 section 4.1). GREASE and TLS's own are left out.
void read_offered_versions(std::string_view extension, DtlsHello& hello) {
  Bytes versions(Bytes(extension).take_vector8());
  std::uint16_t highest = 0;
  while (!versions.empty()) {
    const std::uint16_t version = versions.take_u16();
    if (!versions.holds()) break;
    if (version != kDtls10 && version != kDtls12 && version != kDtls13) continue;
    if (highest == 0 || version < highest) highest = version;
  }
  if (highest != 0) hello.version = highest;
}

void read_extension(std::uint16_t type, std::string_view extension, bool is_client, DtlsHello& hello) {
  switch (type) {
    case kUseSrtp:
      return read_use_srtp(extension, hello);
    case kPreSharedKey:
      hello.resumes = !is_client;
      return;
    case kSupportedVersions:
      if (is_client) return read_offered_versions(extension, hello);
      if (extension.size() == 2) hello.version = u16_at(extension, 0);
      return;
    default:
      return;
  }
}

// The extensions, which hellos before TLS 1.2 need not have.
bool read_extensions(Bytes& body, bool is_client, DtlsHello& hello) {
  if (body.empty()) return true;
  Bytes extensions(body.take_vector16());
  while (body.holds() && !extensions.empty()) {
    const std::uint16_t type = extensions.take_u16();
    const std::string_view extension = extensions.take_vector16();
    if (!extensions.holds()) return false;
    read_extension(type, extension, is_client, hello);
  }
  return body.holds();
}

}  // namespace

std::optional<DtlsHello> decode_client_hello(std::string_view body) {
  Bytes bytes(body);
  DtlsHello hello;
  hello.version = bytes.take_u16();
  hello.random = bytes.take(kRandom);
  hello.session_id = bytes.take_vector8();
  (void)bytes.take_vector8();   // cookie
  (void)bytes.take_vector16();  // cipher suites
  (void)bytes.take_vector8();   // compression methods
  if (!bytes.holds() || !read_extensions(bytes, true, hello)) return std::nullopt;
  return hello;
}

std::optional<DtlsHello> decode_server_hello(std::string_view body) {
  Bytes bytes(body);
  DtlsHello hello;
  hello.version = bytes.take_u16();
  hello.random = bytes.take(kRandom);
  hello.session_id = bytes.take_vector8();
  (void)bytes.take(3);  // cipher suite, compression method
  if (!bytes.holds() || !read_extensions(bytes, false, hello)) return std::nullopt;
  hello.is_retry_request = hello.random == kRetryRandom;
  return hello;
}

}  // namespace sipsonde
