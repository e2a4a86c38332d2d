// SPDX-License-Identifier: Apache-2.0
// What has been told of legs that are not over: events wait here until the record comes, which says whether
// and as what they are sent. Facts lie in arenas that are used again, so what is needed is copied.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "facts/fact.h"

namespace sipsonde {

// An event of a leg, without what its record says, too.
struct LegStoryEvent {
  std::uint64_t time_ns = 0;
  EventName event = EventName::invite;
  sipsonde_method method = SIPSONDE_METHOD_other;
  std::uint16_t code = 0;  // 0: no response
  std::string_view reason;
  Attributes attributes;
};

struct LegStory {
  std::string call_id;
  std::uint32_t leg = 0;
  std::vector<LegStoryEvent> events;  // in order of time
  std::uint32_t left_out = 0;         // events beyond what one leg may have
  Arena texts{256, 1};
  std::size_t bytes = 0;
};

class StoryTable {
 public:
  // `legs` and `bytes` bound the table: at either the oldest leg goes.
  StoryTable(std::size_t legs, std::size_t bytes) : most_legs_(legs), most_bytes_(bytes) {}
  StoryTable(const StoryTable&) = delete;
  StoryTable& operator=(const StoryTable&) = delete;

  // An event of a leg. What comes after the record of its leg is passed by.
  void add(const CallEvent& event);

  // The story of the leg that this record ends; without events when they had to go, or there were none. It
  // is there until the next call of either function.
  const LegStory& take(const CallRecord& record);

  std::size_t legs() const { return stories_.size(); }
  std::uint64_t evicted() const { return evicted_; }

 private:
  struct Key {
    std::string_view call_id;  // of the story
    std::uint32_t leg;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  using Stories = std::list<LegStory>;

  LegStory& story_of(const CallEvent& event, const Key& key);
  void make_room();
  // Ended a moment ago, as far as is remembered.
  std::size_t place_of(std::uint64_t hash) const { return hash % kEndedRemembered; }

  static constexpr std::size_t kEndedRemembered = 16384;

  const std::size_t most_legs_;
  const std::size_t most_bytes_;
  Stories stories_;  // the oldest first
  std::unordered_map<Key, Stories::iterator, Hash> index_;
  std::vector<std::uint64_t> ended_ = std::vector<std::uint64_t>(kEndedRemembered);
  std::size_t bytes_ = 0;
  std::uint64_t evicted_ = 0;
  LegStory taken_;
};

}  // namespace sipsonde
