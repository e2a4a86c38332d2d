// SPDX-License-Identifier: Apache-2.0
// Where the sender of a session description says that he receives media, as the kernel's map of endpoints
// wants it.
#pragma once

#include <cstdint>

#include "base/bounded_list.h"
#include "decode/session_description.h"
#include "sipsonde/state.h"

namespace sipsonde {

inline constexpr std::size_t kEndpointsMax = 64;

struct MediaEndpoint {
  sipsonde_endpoint_key key;  // the port in host order
  sipsonde_endpoint value;    // payload types of every medium that comes here; none where only RTCP comes
  bool rtp;
  bool rtcp;           // both: a=rtcp-mux
  std::uint8_t media;  // index of the first medium that named it
};

struct MediaEndpoints {
  BoundedList<MediaEndpoint, kEndpointsMax> list;  // each address and port once
  bool cut = false;                                // there were more, or more payload types than fit
};

// Of every medium that carries RTP: address and port of m= and c= and all UDP candidates; for RTCP what
// a=rtcp names, without it the next port (RFC 3550 section 11) unless it comes with the RTP (RFC 5761), and
// component 2 of the candidates. A medium in a BUNDLE group is looked for at the group's address, too (RFC
// 9143 section 7.3): until the answer it may be sent to either. Left out: media without a port, T.38 and what
// else is no RTP, 0.0.0.0 and ::, multicast, names of hosts, and the port 9, which is no address yet (RFC
// 8840).
void find_endpoints(const SessionDescription& description, std::uint32_t call_hash,
                    MediaEndpoints& endpoints);

// The table that the kernel finds a codec in; false when not all fit: those go first that only an rtpmap can
// explain and that have a name of their own.
bool fill_payload_types(const MediaDescription& media, sipsonde_endpoint& value);

}  // namespace sipsonde
