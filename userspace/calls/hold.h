// SPDX-License-Identifier: Apache-2.0
// Who holds whom: what a session description says, and what follows from offers and answers.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "decode/session_description.h"
#include "decode/sip_message.h"

namespace sipsonde {

// Of the first media that is in use (port other than 0); unknown when the body is no SDP. Without an
// attribute it is sendrecv; an attribute of the session holds unless the media has its own. The address
// 0.0.0.0 is the older way to hold (RFC 2543 appendix B.5, RFC 3264 section 8.4) and reads as sendonly; with
// the port 9 it only says that addresses follow (RFC 8840 section 4.1.1).
MediaFlow media_flow_of(const MediaDescription& media);
MediaFlow media_flow_of(const SessionDescription& description);
MediaFlow media_flow_of(std::string_view body);
MediaFlow media_flow_of(const SipMessage& sip);  // of its body, or of the part of it that is SDP

enum class HoldChange : std::uint8_t { none, hold, resume };

// The holds of the two sides of a dialog. Who holds offers sendonly or inactive (RFC 3264 section 8.4); who
// is held answers recvonly or inactive, and offers the same when it refreshes the session: that is an echo
// and no hold of its own. Both may hold.
class Holds {
 public:
  // An offer that was accepted. With `first`, of the dialog itself, nothing changes: what it begins with is
  // no hold, and leaving that is no resume.
  HoldChange offered(bool by_caller, MediaFlow flow, bool first = false);

  // What the other side answered to the last offer.
  HoldChange answered(bool by_caller, MediaFlow flow, bool first = false);

 private:
  struct Side {
    MediaFlow flow = MediaFlow::sendrecv;
    bool holds = false;
    bool told = false;  // false: it began so
  };
  static HoldChange turn(Side& side, bool holds, bool first);

  std::array<Side, 2> sides_;  // caller, callee
};

}  // namespace sipsonde
