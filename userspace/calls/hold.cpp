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

}  // namespace

MediaFlow media_flow_of(std::string_view body) {
  if (!body.starts_with("v=0")) return MediaFlow::unknown;
  MediaFlow found = MediaFlow::sendrecv;
  int media = 0;
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    std::string_view line = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("m=") && ++media > 1) break;
    if (const MediaFlow named = flow_named(line); named != MediaFlow::unknown) found = named;
  }
  return found;
}

}  // namespace sipsonde
