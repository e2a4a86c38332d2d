// SPDX-License-Identifier: Apache-2.0
#include "decode/session_attributes.h"

#include <algorithm>
#include <optional>

#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr std::uint32_t kPortMax = 0xffff;
constexpr std::uint32_t kPayloadTypeMax = 127;  // seven bits, RFC 3550 section 5.1

template <typename Value>
struct Name {
  std::string_view text;
  Value value;
};

// Tokens are compared without regard to case: so the grammar of RFC 8866 has its literals.
template <typename Value, std::size_t kCount>
Value value_named(std::string_view text, const Name<Value> (&names)[kCount]) {
  for (const Name<Value>& name : names) {
    if (equals_ignoring_case(text, name.text)) return name.value;
  }
  return Value{};
}

constexpr Name<MediaKind> kKinds[] = {
    {"audio", MediaKind::audio}, {"video", MediaKind::video},
    {"image", MediaKind::image}, {"application", MediaKind::application},
    {"text", MediaKind::text},   {"message", MediaKind::message},
};

constexpr Name<MediaProtocol> kProtocols[] = {
    {"RTP/AVP", MediaProtocol::rtp_avp},
    {"RTP/SAVP", MediaProtocol::rtp_savp},
    {"RTP/AVPF", MediaProtocol::rtp_avpf},
    {"RTP/SAVPF", MediaProtocol::rtp_savpf},
    {"UDP/TLS/RTP/SAVPF", MediaProtocol::dtls_rtp_savpf},
    {"UDP/TLS/RTP/SAVP", MediaProtocol::dtls_rtp_savp},
    {"udptl", MediaProtocol::udptl},
    {"UDP/TLS/UDPTL", MediaProtocol::udptl},
};

constexpr Name<CandidateKind> kCandidateKinds[] = {
    {"host", CandidateKind::host},
    {"srflx", CandidateKind::srflx},
    {"prflx", CandidateKind::prflx},
    {"relay", CandidateKind::relay},
};

constexpr Name<DtlsSetup> kSetups[] = {
    {"active", DtlsSetup::active},
    {"passive", DtlsSetup::passive},
    {"actpass", DtlsSetup::actpass},
    {"holdconn", DtlsSetup::holdconn},
};

MediaProtocol protocol_named(std::string_view text) {
  const MediaProtocol known = value_named(text, kProtocols);
  if (known != MediaProtocol::other || !equals_ignoring_case(text.substr(0, 3), "tcp")) return known;
  // TCP/RTP/AVP (RFC 4571), TCP/DTLS/RTP/SAVPF (RFC 7850)
  return text.find("/RTP/") != text.npos ? MediaProtocol::tcp_rtp : MediaProtocol::tcp;
}

std::uint16_t leading_number(std::string_view text) {
  text = trim_front(text);
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  return static_cast<std::uint16_t>(decode_number(text.substr(0, digits), 0xffff).value_or(0));
}

bool take_payload_types(std::string_view formats, MediaDescription& media) {
  for (std::string_view word = take_word(formats); !word.empty(); word = take_word(formats)) {
    const auto number = decode_number(word, kPayloadTypeMax);
    if (!number) continue;
    PayloadType* const payload_type = media.payload_types.add();
    if (!payload_type) return false;
    payload_type->number = static_cast<std::uint8_t>(*number);
  }
  return true;
}

// The type that "96 opus/48000/2" is about; nullptr when the m-line has it not.
PayloadType* take_payload_type(std::string_view& rest, MediaDescription& media) {
  const auto number = decode_number(take_word(rest), kPayloadTypeMax);
  if (!number) return nullptr;
  PayloadType* const found = std::find_if(media.payload_types.begin(), media.payload_types.end(),
                                          [&](const PayloadType& type) { return type.number == *number; });
  return found == media.payload_types.end() ? nullptr : found;
}

// RFC 8866 section 6.6: <payload type> <encoding name>/<clock rate>[/<encoding parameters>]
void decode_rtpmap(std::string_view value, MediaDescription& media) {
  PayloadType* const type = take_payload_type(value, media);
  if (!type) return;
  const std::string_view map = take_word(value);
  const std::size_t slash = std::min(map.find('/'), map.size());
  const std::string_view rate = map.substr(std::min(slash + 1, map.size()));
  const std::size_t second = std::min(rate.find('/'), rate.size());
  type->encoding = map.substr(0, slash);
  type->clock_rate = decode_number(rate.substr(0, second)).value_or(0);
  const auto channels = decode_number(rate.substr(std::min(second + 1, rate.size())), 255);
  type->channels = static_cast<std::uint8_t>(channels.value_or(0));
}

void decode_rtcp(std::string_view value, MediaDescription& media) {
  const auto port = decode_number(take_word(value), kPortMax);
  if (!port) return;
  media.rtcp_port = static_cast<std::uint16_t>(*port);
  media.rtcp_connection = decode_connection(value);
}

// RFC 8839 section 5.1: foundation component transport priority address port "typ" kind …
std::optional<IceCandidate> decode_candidate(std::string_view value) {
  take_word(value);
  const auto component = decode_number(take_word(value), 2);
  const bool over_udp = equals_ignoring_case(take_word(value), "udp");
  take_word(value);
  const auto address = address_of(take_word(value));
  const auto port = decode_number(take_word(value), kPortMax);
  if (!component || *component == 0 || !over_udp || !address || !port || *port == 0) return std::nullopt;
  IceCandidate candidate;
  candidate.component = static_cast<std::uint8_t>(*component);
  candidate.endpoint = {*address, static_cast<std::uint16_t>(*port)};
  if (equals_ignoring_case(take_word(value), "typ"))
    candidate.kind = value_named(take_word(value), kCandidateKinds);
  return candidate;
}

MediaFlow flow_named(std::string_view name) {
  if (name == "sendrecv") return MediaFlow::sendrecv;
  if (name == "sendonly") return MediaFlow::sendonly;
  if (name == "recvonly") return MediaFlow::recvonly;
  if (name == "inactive") return MediaFlow::inactive;
  return MediaFlow::unknown;
}

bool add_fingerprint(std::string_view value, SectionDescription& section, bool& inherited) {
  const std::string_view hash = take_word(value);
  const std::string_view digest = take_word(value);
  if (digest.empty()) return true;
  if (inherited) section.fingerprints.clear();
  inherited = false;
  return section.fingerprints.add({hash, digest});
}

}  // namespace

ConnectionData decode_connection(std::string_view value) {
  take_word(value);  // IN
  take_word(value);  // IP4, IP6: the address tells it itself
  ConnectionData connection;
  const std::string_view word = take_word(value);
  connection.text = word.substr(0, word.find('/'));
  if (const auto address = address_of(connection.text)) {
    connection.address = *address;
    connection.is_address = true;
  }
  return connection;
}

bool decode_media_line(std::string_view value, MediaDescription& media) {
  media.kind = value_named(take_word(value), kKinds);
  media.port_text = take_word(value);
  media.format_text = trim_front(value);
  const std::size_t slash = std::min(media.port_text.find('/'), media.port_text.size());
  const auto port = decode_number(media.port_text.substr(0, slash), kPortMax);
  media.port = static_cast<std::uint16_t>(port.value_or(0));
  if (slash < media.port_text.size()) {
    const auto count = decode_number(media.port_text.substr(slash + 1), kPortMax);
    media.port_count = static_cast<std::uint16_t>(std::max(count.value_or(1), 1u));
  }
  media.protocol = protocol_named(take_word(value));
  return !carries_rtp(media.protocol) || take_payload_types(value, media);
}

SectionAttribute take_section_attribute(std::string_view name, std::string_view value,
                                        SectionDescription& section, bool& inherited) {
  if (const MediaFlow flow = flow_named(name); flow != MediaFlow::unknown) {
    if (value.empty()) section.flow = flow;
  } else if (name == "fingerprint") {
    if (!add_fingerprint(value, section, inherited)) return SectionAttribute::beyond_bounds;
  } else if (name == "setup") {
    section.setup = value_named(trim(value), kSetups);
  } else if (name == "tls-id") {
    section.tls_id = trim(value);
  } else {
    return SectionAttribute::unknown;
  }
  return SectionAttribute::taken;
}

bool decode_media_attribute(std::string_view name, std::string_view value, MediaDescription& media) {
  if (name == "rtpmap") {
    decode_rtpmap(value, media);
  } else if (name == "fmtp") {
    if (PayloadType* const type = take_payload_type(value, media)) type->parameters = trim(value);
  } else if (name == "candidate") {
    const auto candidate = decode_candidate(value);
    if (candidate) return media.candidates.add(*candidate);
  } else if (name == "rtcp") {
    decode_rtcp(value, media);
  } else if (name == "rtcp-mux") {
    media.rtcp_mux = true;
  } else if (name == "rtcp-rsize") {
    media.rtcp_reduced = true;
  } else if (name == "ptime") {
    media.packet_ms = leading_number(value);
  } else if (name == "maxptime") {
    media.packet_max_ms = leading_number(value);
  } else if (name == "crypto") {
    media.has_crypto = true;
  } else if (name == "mid") {
    media.mid = trim(value);
  } else if (name == "bundle-only") {
    media.bundle_only = true;
  }
  return true;
}

}  // namespace sipsonde
