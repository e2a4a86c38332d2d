// SPDX-License-Identifier: Apache-2.0
#include "links/offer.h"

#include "decode/session_body.h"

namespace sipsonde {

MediaOffer offer_of(const SessionDescription& description) {
  for (const MediaDescription& media : description.media) {
    if (media.port == 0) continue;
    if (media.connection.text.empty() || media.connection.is_unspecified()) return {};
    return {media.connection.text, media.port_text, media.format_text};
  }
  return {};
}

MediaOffer offer_of(std::string_view body) {
  SessionDescription description;
  return decode_session_description(body, description) ? offer_of(description) : MediaOffer{};
}

MediaOffer offer_of(const SipMessage& invite) {
  return offer_of(sdp_in_body(invite.content_type, invite.body));
}

}  // namespace sipsonde
