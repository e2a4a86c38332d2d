// SPDX-License-Identifier: Apache-2.0
#include "decode/dtls.h"

#include "decode/network_order.h"

namespace sipsonde {
namespace {

constexpr std::size_t kPlainHeader = 13;
constexpr std::size_t kCidHeaderBeforeCid = 11;
constexpr std::size_t kMessageHeader = 12;

std::uint32_t u24_at(std::string_view bytes, std::size_t at) {
  return std::uint32_t{byte_at(bytes, at)} << 16 | u16_at(bytes, at + 1);
}

bool is_plain_content(std::uint8_t type) {
  return type >= 20 && type <= 26 && type != 24;  // 24: heartbeat (RFC 6520) is no part of SRTP's use
}

}  // namespace

bool DtlsRecords::next(DtlsRecord& record) {
  if (rest_.empty()) return false;
  const bool is_unified = byte_at(rest_, 0) >> 5 == 1;
  return is_unified ? take_unified(record) : take_plain(record);
}

bool DtlsRecords::take_plain(DtlsRecord& record) {
  if (rest_.size() < kCidHeaderBeforeCid || !is_plain_content(byte_at(rest_, 0))) return false;
  const std::uint16_t version = u16_at(rest_, 1);
  if (version != kDtls10 && version != kDtls12) return false;
  record.content = static_cast<DtlsContent>(byte_at(rest_, 0));
  record.version = version;
  record.epoch = u16_at(rest_, 3);
  if (record.content == DtlsContent::tls12_cid) {
    record.fragment = rest_.substr(kCidHeaderBeforeCid);
    rest_ = {};
    return true;
  }
  if (rest_.size() < kPlainHeader) return false;
  const std::size_t length = u16_at(rest_, 11);
  if (length > rest_.size() - kPlainHeader) return false;
  record.fragment = rest_.substr(kPlainHeader, length);
  rest_.remove_prefix(kPlainHeader + length);
  return true;
}

// 001CSLEE: C connection ID, S sequence of 16 bits, L length, EE epoch.
bool DtlsRecords::take_unified(DtlsRecord& record) {
  const std::uint8_t first = byte_at(rest_, 0);
  const bool has_cid = first & 0x10;
  const bool has_length = first & 0x04;
  const std::size_t header = 1u + (first & 0x08 ? 2u : 1u) + (has_length && !has_cid ? 2u : 0u);
  if (rest_.size() < header) return false;
  std::size_t length = rest_.size() - header;
  if (has_length && !has_cid) length = u16_at(rest_, header - 2);
  if (length > rest_.size() - header) return false;
  record.content = DtlsContent::encrypted;
  record.version = 0;
  record.epoch = first & 3;
  record.fragment = rest_.substr(header, length);
  rest_.remove_prefix(header + length);
  return true;
}

std::optional<DtlsFragment> take_dtls_fragment(std::string_view& record_fragment) {
  if (record_fragment.size() < kMessageHeader) return std::nullopt;
  DtlsFragment fragment{.type = static_cast<DtlsMessageType>(byte_at(record_fragment, 0)),
                        .length = u24_at(record_fragment, 1),
                        .sequence = u16_at(record_fragment, 4),
                        .offset = u24_at(record_fragment, 6),
                        .bytes = {}};
  const std::size_t size = u24_at(record_fragment, 9);
  if (size > record_fragment.size() - kMessageHeader) return std::nullopt;
  if (fragment.offset > fragment.length || size > fragment.length - fragment.offset) return std::nullopt;
  fragment.bytes = record_fragment.substr(kMessageHeader, size);
  record_fragment.remove_prefix(kMessageHeader + size);
  return fragment;
}

std::optional<std::string_view> decode_certificate(std::string_view body) {
  if (body.size() < 3 || u24_at(body, 0) != body.size() - 3) return std::nullopt;
  body.remove_prefix(3);
  if (body.empty()) return body;
  if (body.size() < 3 || u24_at(body, 0) > body.size() - 3) return std::nullopt;
  return body.substr(3, u24_at(body, 0));
}

std::optional<DtlsAlert> decode_alert(std::string_view record_fragment) {
  if (record_fragment.size() != 2) return std::nullopt;
  const std::uint8_t level = byte_at(record_fragment, 0);
  if (level != 1 && level != 2) return std::nullopt;
  return DtlsAlert{.fatal = level == 2, .description = byte_at(record_fragment, 1)};
}

std::string_view srtp_profile_name(std::uint16_t profile) {
  switch (profile) {
    case 0x0001:
      return "AES128_CM_SHA1_80";
    case 0x0002:
      return "AES128_CM_SHA1_32";
    case 0x0005:
      return "NULL_SHA1_80";
    case 0x0006:
      return "NULL_SHA1_32";
    case 0x0007:
      return "AEAD_AES_128_GCM";
    case 0x0008:
      return "AEAD_AES_256_GCM";
    default:
      return {};
  }
}

std::string_view dtls_version_name(std::uint16_t version) {
  switch (version) {
    case kDtls10:
      return "1.0";
    case kDtls12:
      return "1.2";
    case kDtls13:
      return "1.3";
    default:
      return {};
  }
}

}  // namespace sipsonde
