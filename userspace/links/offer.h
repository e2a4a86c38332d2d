// SPDX-License-Identifier: Apache-2.0
// As much of a session description (RFC 8866) as tells whether two legs offer the same media.
#pragma once

#include <string_view>

#include "decode/session_description.h"
#include "decode/sip_message.h"

namespace sipsonde {

// Views into the body. Of the first medium that is not refused (RFC 3264 section 6). Empty views: there is
// none, or it has no address.
struct MediaOffer {
  std::string_view address;  // as written
  std::string_view port;
  std::string_view formats;  // "RTP/AVP 0 8 101"
};

// 0.0.0.0 and :: are a hold or no offer yet (RFC 3264 section 8.4, RFC 3725) and say nothing of where media
// go.
MediaOffer offer_of(const SessionDescription& description);
MediaOffer offer_of(std::string_view body);
MediaOffer offer_of(const SipMessage& invite);  // of its body, or of the part of it that is SDP

}  // namespace sipsonde
