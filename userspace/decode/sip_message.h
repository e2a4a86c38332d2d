// SPDX-License-Identifier: Apache-2.0
// A SIP message as views into the bytes it was decoded from (RFC 3261 section 7). Nothing is copied: a
// SipMessage must not outlive its bytes. A value that the message does not have is an empty view or nullopt.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sipsonde/protocol.h"

namespace sipsonde {

// From, To, Contact, Refer-To, …: name-addr or addr-spec (RFC 3261 section 20.10).
struct NameAddress {
  std::string_view uri;   // without < >, with its own parameters
  std::string_view user;  // user part as written, without password; of a tel: URI the number; else empty
  std::string_view host;  // of sip: and sips:, without port; an IPv6 address keeps its brackets
  std::string_view tag;   // From and To only
};

struct Via {
  std::string_view transport;  // "UDP"
  std::string_view sent_by;    // host[:port]
  std::string_view branch;
};

// One value of a Reason header (RFC 3326).
struct Reason {
  std::string_view protocol;  // SIP, Q.850, …
  int cause = 0;              // 0: none, or no number
  std::string_view text;      // without quotes, escapes as written
};

// What a Privacy header asks for (RFC 3323 section 4.2, RFC 3325 section 9.3).
struct PrivacyWishes {
  bool id = false;
  bool user = false;
  bool header = false;
};

// The trace that a request belongs to (W3C Trace Context), as written.
struct TraceHeaders {
  std::string_view parent;
  std::string_view state;
};

struct SipMessage {
  bool is_request = false;

  // Request line
  sipsonde_method method = SIPSONDE_METHOD_other;  // of a response the CSeq's
  std::string_view method_text;                    // of a response the CSeq's, too
  NameAddress request_uri;

  // Status line
  int code = 0;
  std::string_view reason_phrase;

  // What identifies transaction and dialog
  Via via;  // the topmost
  unsigned via_count = 0;
  std::string_view call_id;
  std::uint32_t cseq = 0;
  NameAddress from;
  NameAddress to;

  // What the story of a call needs
  NameAddress contact;  // the first
  bool contact_star = false;
  std::optional<std::uint32_t> contact_expires;
  std::optional<std::uint32_t> expires;
  std::optional<std::uint32_t> min_expires;
  std::string_view user_agent;
  std::string_view server;
  std::array<Reason, 4> reasons{};
  unsigned reason_count = 0;
  std::optional<std::uint32_t> rseq;             // RFC 3262
  std::optional<std::uint32_t> session_expires;  // RFC 4028, seconds
  std::string_view refresher;                    // uac, uas
  std::optional<std::uint32_t> min_se;
  std::string_view event;               // RFC 6665, the package without parameters
  std::string_view subscription_state;  // without parameters
  NameAddress refer_to;                 // RFC 3515
  std::string_view replaces;            // RFC 3891, with its tags
  std::string_view session_id;          // RFC 7989, with `remote`
  std::string_view identity;            // RFC 8224, the first, with parameters
  NameAddress asserted_identity;        // RFC 3325, the first
  PrivacyWishes privacy;                // RFC 3323
  std::string_view charging_vector;     // RFC 7315 section 4.6, P-Charging-Vector
  std::string_view other_call_id;       // X-CID or X-Call-ID, by custom the Call-ID of a B2BUA's other leg
  std::array<TraceHeaders, 3>
      traces{};                   // X-OTel-traceparent, traceparent, X-Traceparent, each with its state
  std::string_view content_type;  // with parameters
  std::string_view body;          // Content-Length bytes of it, else all that follows the headers

  // What stands beside the values above, for who reads more than the first
  std::string_view from_parameters;         // what follows the address of From
  std::string_view asserted_identity_rest;  // what follows that address: parameters, further values
  unsigned asserted_identity_count = 0;     // headers of that name
  unsigned identity_count = 0;

  // The whole header section, for look-ups by name.
  std::string_view headers;

  // The first header of that name (case-insensitive, full name as given; give the compact form too where
  // there is one), unfolded only if it was not folded; empty when absent.
  std::string_view header(std::string_view name, char compact = 0) const;

  // Who sent this request, or the one that this response answers, wants not to be known: the request says so,
  // or From leads to anonymous.invalid (RFC 3323 section 4.1.1.3). A response's own wish is its sender's.
  bool withholds_sender() const;
};

// What a message's end is known by: in a stream it is Content-Length alone, which must be there (RFC 3261
// section 18.3); else also the datagram, or the frame of a WebSocket (RFC 7118 section 5).
enum class Framing : std::uint8_t { datagram, stream };

// Fills `message` as far as it can be read. Returns what is broken (contract: stage=agent), or none.
// `truncated`: the capture cut the datagram, so that a missing tail is no fault of the sender.
// A message that is not `none` must move no call.
sipsonde_malformed decode_sip(std::string_view bytes, bool truncated, SipMessage& message,
                              Framing framing = Framing::datagram);

}  // namespace sipsonde
