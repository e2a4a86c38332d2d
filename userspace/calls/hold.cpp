// SPDX-License-Identifier: Apache-2.0
#include "calls/hold.h"

namespace sipsonde {
namespace {

MediaFlow flow_named(std::string_view line) {
  if (line == "a=sendrecv") return MediaFlow::sendrecv;
  if (line == "a=sendonly") return MediaFlow::sendonly;
  if (line == "a=recvonly") return MediaFlow::recvonly;
  if (line == "a=inactive") return MediaFlow::inactive;
  return MediaFlow::unknown;
}

// Of a session description, or of one media in it.
struct Section {
  MediaFlow flow = MediaFlow::sendrecv;
  bool no_address = false;
  bool port_zero = false;  // the media was refused or taken away
  bool port_nine = false;  // "discard": no address yet

  MediaFlow seen_from_sender() const {
    const bool held = no_address && !port_nine && flow != MediaFlow::inactive;
    return held ? MediaFlow::sendonly : flow;
  }
};

bool is_zero_address(std::string_view connection) {
  constexpr std::string_view kFour = "c=IN IP4 0.0.0.0";
  constexpr std::string_view kSix = "c=IN IP6 ::";
  return connection == kFour || connection == kSix;
}

// "m=audio 9 RTP/AVP 0", "m=video 49170/2 RTP/AVP 31"
void read_port(std::string_view media, Section& section) {
  const std::size_t before = media.find(' ');
  if (before == std::string_view::npos) return;
  media.remove_prefix(before + 1);
  const std::string_view port = media.substr(0, media.find_first_of(" /"));
  section.port_zero = port == "0";
  section.port_nine = port == "9";
}

std::string_view take_line(std::string_view& body) {
  const std::size_t end = body.find('\n');
  std::string_view line = body.substr(0, end);
  body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

MediaFlow media_flow_of(std::string_view body) {
  if (!body.starts_with("v=0")) return MediaFlow::unknown;
  Section session;
  Section media;
  bool in_media = false;
  while (!body.empty()) {
    const std::string_view line = take_line(body);
    if (line.starts_with("m=")) {
      if (in_media && !media.port_zero) break;
      in_media = true;
      media = session;
      read_port(line, media);
      continue;
    }
    Section& here = in_media ? media : session;
    if (line.starts_with("c=")) here.no_address = is_zero_address(line);
    if (const MediaFlow named = flow_named(line); named != MediaFlow::unknown) here.flow = named;
  }
  return in_media ? media.seen_from_sender() : session.seen_from_sender();
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
