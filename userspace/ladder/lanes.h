// SPDX-License-Identifier: Apache-2.0
// Which lane an address stands for.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ladder/ladder.h"
#include "ladder/story_event.h"
#include "ladder/story_row.h"

namespace sipsonde {

class Lanes {
 public:
  // Whose legs these events are of, as far as rows tell.
  explicit Lanes(std::span<const StoryRow> rows);

  // Of the two ends of an event, in this order; nothing where the event names no address.
  struct Ends {
    std::optional<std::size_t> from;
    std::optional<std::size_t> to;
  };
  // A lane is made for an address that is seen for the first time, the caller's before the callee's.
  Ends of(const StoryEvent& event);
  // Of media from and to these addresses, in a leg.
  Ends of_media(std::optional<std::uint32_t> leg, std::string_view way, std::string_view source,
                std::string_view destination);

  std::vector<LadderLane> take() && { return std::move(lanes_); }

 private:
  struct Leg {
    std::string caller;
    std::string callee;
  };

  std::optional<std::size_t> lane(std::string_view address, std::string_view party = {});
  std::optional<std::size_t> find(std::string_view address) const;
  std::size_t media_lane(std::string_view address, std::string_view expected);
  Leg* leg_of(const StoryEvent& event);
  // A connection of its own for each request (RFC 3261 section 18) is still the same party.
  std::string_view party_address(const StoryEvent& event, const Leg& leg, std::string_view address,
                                 std::string_view other) const;

  std::vector<LadderLane> lanes_;
  std::map<std::uint32_t, Leg> legs_;
  std::map<std::string, std::string, std::less<>> parties_;  // by address
};

}  // namespace sipsonde
