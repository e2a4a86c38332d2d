// SPDX-License-Identifier: Apache-2.0
#include "calls/hold.h"

#include "decode/session_body.h"

namespace sipsonde {
namespace {

constexpr std::uint16_t kDiscardPort = 9;  // no address yet

MediaFlow seen_from_sender(const SectionDescription& section, std::uint16_t port) {
  const bool held = section.connection.is_unspecified() && port != kDiscardPort;
  return held && section.flow != MediaFlow::inactive ? MediaFlow::sendonly : section.flow;
}

}  // namespace

MediaFlow media_flow_of(const MediaDescription& media) {
  return seen_from_sender(media, media.port);
}

MediaFlow media_flow_of(const SessionDescription& description) {
  const MediaDescription* speaking = nullptr;
  for (const MediaDescription& media : description.media) {
    speaking = &media;
    if (media.port != 0) break;
  }
  return speaking ? media_flow_of(*speaking) : seen_from_sender(description.session, 0);
}

MediaFlow media_flow_of(std::string_view body) {
  SessionDescription description;
  return decode_session_description(body, description) ? media_flow_of(description) : MediaFlow::unknown;
}

MediaFlow media_flow_of(const SipMessage& sip) {
  return media_flow_of(sdp_in_body(sip.content_type, sip.body));
}

HoldChange Holds::turn(Side& side, bool holds, bool first) {
  if (holds == side.holds) return HoldChange::none;
  side.holds = holds;
  const bool resumes_what_was_told = side.told;
  side.told = holds && !first;
  if (holds) return first ? HoldChange::none : HoldChange::hold;
  return resumes_what_was_told ? HoldChange::resume : HoldChange::none;
}

HoldChange Holds::offered(bool by_caller, MediaFlow flow, bool first) {
  Side& own = sides_[by_caller ? 0 : 1];
  const Side& other = sides_[by_caller ? 1 : 0];
  if (flow == MediaFlow::unknown) return HoldChange::none;
  own.flow = flow;
  switch (flow) {
    case MediaFlow::sendonly:
      return turn(own, true, first);
    case MediaFlow::recvonly:
      return turn(own, !other.holds, first);
    case MediaFlow::inactive: {
      const bool echo = other.holds && other.flow == MediaFlow::inactive && !own.holds;
      return turn(own, !echo, first);
    }
    default:
      return turn(own, false, first);
  }
}

HoldChange Holds::answered(bool by_caller, MediaFlow flow, bool first) {
  Side& own = sides_[by_caller ? 0 : 1];
  const Side& other = sides_[by_caller ? 1 : 0];
  if (flow == MediaFlow::unknown) return HoldChange::none;
  own.flow = flow;
  const bool may_flow_back = other.flow == MediaFlow::sendrecv || other.flow == MediaFlow::recvonly;
  switch (flow) {
    case MediaFlow::sendrecv:
      return turn(own, false, first);
    case MediaFlow::recvonly:
      return other.flow == MediaFlow::sendonly ? turn(own, false, first) : HoldChange::none;
    default:
      // To an offer that already kept the media back, this is the only answer there is.
      return may_flow_back ? turn(own, true, first) : HoldChange::none;
  }
}

}  // namespace sipsonde
