// SPDX-License-Identifier: Apache-2.0
// DTLS as a stranger reads it: the records of a datagram (RFC 6347 section 4.1, RFC 9147 section 4,
// RFC 9146 section 4) and the handshake messages in the clear ones. All values are views into the bytes they
// were decoded from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

// RFC 6347 section 4.1, RFC 9146, RFC 9147.
enum class DtlsContent : std::uint8_t {
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
  tls12_cid = 25,
  ack = 26,
  encrypted = 32,  // a unified header (RFC 9147 section 4): what is inside cannot be seen
};

inline constexpr std::uint16_t kDtls10 = 0xfeff;
inline constexpr std::uint16_t kDtls12 = 0xfefd;
inline constexpr std::uint16_t kDtls13 = 0xfefc;

struct DtlsRecord {
  DtlsContent content = DtlsContent::handshake;
  std::uint16_t version = 0;  // of the record: 1.3 says 1.2 here; 0 with a unified header
  std::uint16_t epoch = 0;    // with a unified header its low two bits
  std::string_view fragment;  // what it carries
};

// Walks a datagram. Where a connection ID hides the length (it is as long as two parties agreed elsewhere),
// the rest of the datagram is taken as one record.
class DtlsRecords {
 public:
  explicit DtlsRecords(std::string_view datagram) : rest_(datagram) {}

  // False at the end, and at the first bytes that are no record.
  bool next(DtlsRecord& record);
  // After next() was false: whether the datagram ended there.
  bool at_end() const { return rest_.empty(); }

 private:
  bool take_plain(DtlsRecord& record);
  bool take_unified(DtlsRecord& record);

  std::string_view rest_;
};

// RFC 6347 section 4.3.2, RFC 9147 section 5.2.
enum class DtlsMessageType : std::uint8_t {
  client_hello = 1,
  server_hello = 2,
  hello_verify_request = 3,
  certificate = 11,
  finished = 20,
};

// A handshake message, or a part of one.
struct DtlsFragment {
  DtlsMessageType type = DtlsMessageType::client_hello;  // as on the wire, so others than those named too
  std::uint32_t length = 0;                              // of the whole message
  std::uint16_t sequence = 0;                            // message_seq
  std::uint32_t offset = 0;
  std::string_view bytes;

  bool is_whole() const { return offset == 0 && bytes.size() == length; }
};

// Takes the first part off what a handshake record of epoch 0 carries. nullopt at its end, and where no part
// fits.
std::optional<DtlsFragment> take_dtls_fragment(std::string_view& record_fragment);

struct DtlsHello {
  std::uint16_t version = 0;  // chosen by a ServerHello, highest offered by a ClientHello; supported_versions
                              // outranks the old field (RFC 8446 section 4.2.1)
  std::string_view random;    // 32 bytes
  std::string_view session_id;
  bool is_retry_request = false;                 // HelloRetryRequest (RFC 8446 section 4.1.3)
  bool resumes = false;                          // a ServerHello of 1.3 with pre_shared_key
  std::array<std::uint16_t, 8> srtp_profiles{};  // use_srtp (RFC 5764 section 4.1.1): offered, or the chosen
  unsigned srtp_profile_count = 0;               // those after the eighth are left out
};

// The body of a ClientHello or ServerHello, whole. nullopt when its lengths do not hold.
std::optional<DtlsHello> decode_client_hello(std::string_view body);
std::optional<DtlsHello> decode_server_hello(std::string_view body);

// DER of the end-entity certificate of a Certificate message of 1.2 or before (RFC 5246 section 7.4.2): the
// first. Empty: a client without one. nullopt: lengths do not hold.
std::optional<std::string_view> decode_certificate(std::string_view body);

struct DtlsAlert {
  bool fatal = false;
  std::uint8_t description = 0;  // RFC 8446 section 6.2
};

// REQUIRES: the record is of epoch 0. nullopt: no alert.
std::optional<DtlsAlert> decode_alert(std::string_view record_fragment);

// "AES128_CM_SHA1_80", as the IANA registry says it without the common prefix; empty for others.
std::string_view srtp_profile_name(std::uint16_t profile);
// "1.2"; empty when unknown.
std::string_view dtls_version_name(std::uint16_t version);

}  // namespace sipsonde
