// SPDX-License-Identifier: Apache-2.0
// The streams of a call, put together from what tells of them: their events, and the rows of the legs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ladder/ladder.h"
#include "ladder/story_event.h"
#include "ladder/story_row.h"

namespace sipsonde {

class Streams {
 public:
  struct Stream {
    std::optional<std::uint32_t> leg;
    std::string way;
    std::string ssrc;
    std::string from;
    std::string to;
    std::uint64_t begin_ns = 0;  // unix
    std::optional<std::uint64_t> end_ns;
    LadderMedia media;
  };

  // True when the event is told by the stream itself and by no step of its own. `time_ns` is the event's.
  bool take(const StoryEvent& event, std::uint64_t time_ns);
  // What a row knows better, and streams that no event told of.
  void take(const StoryRow& row);

  // In the order in which they began.
  std::vector<Stream> in_order() &&;

 private:
  // Legs of a proxy that leaves the SDP as it is share their streams: they are one.
  Stream* find(std::string_view ssrc, std::string_view from, std::string_view to);
  Stream* begin(const StoryEvent& event, std::uint64_t time_ns);

  std::vector<Stream> streams_;
};

}  // namespace sipsonde
