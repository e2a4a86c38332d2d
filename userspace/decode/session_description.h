// SPDX-License-Identifier: Apache-2.0
// What a session description (SDP, RFC 8866) says about media, as views into its bytes and numbers. Nothing
// is allocated and nothing copied: a SessionDescription must not outlive its body. It is large (some 10 KB,
// most of it never touched): one on the stack at a time.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bounded_list.h"
#include "base/endpoint.h"

namespace sipsonde {

inline constexpr std::size_t kMediaMax = 8;
inline constexpr std::size_t kPayloadTypesMax = 12;
inline constexpr std::size_t kCandidatesMax = 16;
inline constexpr std::size_t kFingerprintsMax = 4;
inline constexpr std::size_t kBundlesMax = 4;
inline constexpr std::uint8_t kNoMedia = 0xff;

enum class MediaKind : std::uint8_t { other, audio, video, image, text, application, message };

// The transport of an m-line (RFC 8866 section 5.14). `tcp_rtp` is every kind of RTP over TCP: with ICE its
// candidates may still be of UDP (RFC 8829 section 5.1.2). `udptl` is T.38, with DTLS or without.
enum class MediaProtocol : std::uint8_t {
  other,
  rtp_avp,
  rtp_savp,
  rtp_avpf,
  rtp_savpf,
  dtls_rtp_savp,
  dtls_rtp_savpf,
  tcp_rtp,
  tcp,
  udptl,
};

constexpr bool carries_rtp(MediaProtocol protocol) {
  return protocol >= MediaProtocol::rtp_avp && protocol <= MediaProtocol::tcp_rtp;
}
constexpr bool is_over_tcp(MediaProtocol protocol) {
  return protocol == MediaProtocol::tcp_rtp || protocol == MediaProtocol::tcp;
}

// Which way media may flow, seen from who sends the body (RFC 8866 section 6.7).
enum class MediaFlow : std::uint8_t { unknown, sendrecv, sendonly, recvonly, inactive };

// Who begins the DTLS handshake (RFC 4145 section 4, RFC 5763 section 5).
enum class DtlsSetup : std::uint8_t { unknown, active, passive, actpass, holdconn };

enum class CandidateKind : std::uint8_t { other, host, srflx, prflx, relay };

// "IN IP4 192.0.2.1/127": the address without time to live.
struct ConnectionData {
  std::string_view text;  // empty: none was given
  Address address{};
  bool is_address = false;  // false: a name of a host, or nothing that could be read

  bool is_unspecified() const { return is_address && sipsonde::is_unspecified(address); }
};

// One format of an m-line that carries RTP, in the order of preference.
struct PayloadType {
  std::uint8_t number = 0;
  std::uint8_t channels = 0;     // 0: not said
  std::uint32_t clock_rate = 0;  // hertz; 0: no rtpmap, or no number in it
  std::string_view encoding;     // of a=rtpmap, as written; empty without one
  std::string_view parameters;   // of a=fmtp
};

// A UDP candidate of ICE (RFC 8839 section 5.1) with a literal address.
struct IceCandidate {
  Endpoint endpoint;
  std::uint8_t component = 0;  // 1: RTP, 2: RTCP
  CandidateKind kind = CandidateKind::other;
};

// a=fingerprint (RFC 8122 section 5)
struct Fingerprint {
  std::string_view hash;    // "sha-256"
  std::string_view digest;  // "AA:BB:…" as written
};

// What the session may say for all media and a medium for itself. A medium without its own has the session's;
// fingerprints of its own replace the session's together.
struct SectionDescription {
  ConnectionData connection;
  MediaFlow flow = MediaFlow::sendrecv;
  DtlsSetup setup = DtlsSetup::unknown;
  std::string_view tls_id;  // RFC 8842
  BoundedList<Fingerprint, kFingerprintsMax> fingerprints;
};

struct MediaDescription : SectionDescription {
  MediaKind kind = MediaKind::other;
  MediaProtocol protocol = MediaProtocol::other;
  std::uint16_t port = 0;                                    // 0: refused, taken away, or no number
  std::uint16_t port_count = 1;                              // "49170/2": as many pairs of ports
  std::string_view port_text;                                // "49170/2"
  std::string_view format_text;                              // what follows the port: "RTP/AVP 0 8 101"
  BoundedList<PayloadType, kPayloadTypesMax> payload_types;  // of RTP

  std::uint16_t rtcp_port = 0;     // a=rtcp, RFC 3605; 0: not said
  ConnectionData rtcp_connection;  // that which a=rtcp names, if any
  bool rtcp_mux = false;           // RFC 5761
  bool rtcp_reduced = false;       // a=rtcp-rsize, RFC 5506

  std::uint16_t packet_ms = 0;      // a=ptime; 0: not said
  std::uint16_t packet_max_ms = 0;  // a=maxptime
  bool has_crypto = false;          // a=crypto, RFC 4568
  BoundedList<IceCandidate, kCandidatesMax> candidates;

  std::string_view mid;      // RFC 5888
  bool bundle_only = false;  // RFC 9143 section 6
  std::uint8_t bundled_in =
      kNoMedia;  // index of the medium whose address its BUNDLE group uses; may be its own
};

struct SessionDescription {
  SectionDescription session;
  BoundedList<MediaDescription, kMediaMax> media;
  BoundedList<std::string_view, kBundlesMax> bundles;  // the mids of each a=group:BUNDLE
  bool cut = false;  // something was beyond the bounds above and is not here
};

// False when the body is no session description ("v=0" comes first); `description` is then empty. What cannot
// be understood is passed over, as RFC 8866 section 5 asks. Lines end in CRLF or LF.
bool decode_session_description(std::string_view body, SessionDescription& description);

}  // namespace sipsonde
