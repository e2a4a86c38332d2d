// SPDX-License-Identifier: Apache-2.0
#include "otlp/leg_story.h"

#include <algorithm>
#include <array>
#include <random>

#include "base/hash.h"

namespace sipsonde {
namespace {

// Spans have room for 128 events unless set otherwise, and a leg has a few spans.
constexpr std::size_t kEventsOfALeg = 512;

// The record says these.
constexpr std::array<std::string_view, 3> kInRecord = {"from", "to", "user_agent"};

bool is_in_record(const Attribute& attribute) {
  return std::ranges::find(kInRecord, attribute.name) != kInRecord.end();
}

std::uint64_t seed() {
  static const std::uint64_t of_process = std::random_device{}();
  return of_process;
}

}  // namespace

std::size_t StoryTable::Hash::operator()(const Key& key) const noexcept {
  return hash_bytes(key.call_id, seed() + key.leg);
}

void StoryTable::add(const CallEvent& event) {
  const Key key{event.call_id, event.leg.value_or(0)};
  const std::uint64_t hash = Hash{}(key);
  std::uint64_t& ended = ended_[place_of(hash)];
  if (ended == hash && event.event != EventName::invite) return;
  if (ended == hash) ended = 0;  // the Call-ID is used again

  LegStory& story = story_of(event, key);
  if (story.events.size() >= kEventsOfALeg) {
    ++story.left_out;
    return;
  }
  const auto own = event.attributes.size() -
                   static_cast<std::size_t>(std::ranges::count_if(event.attributes, is_in_record));
  const std::span<Attribute> attributes = story.texts.keep_array<Attribute>(own);
  std::size_t bytes = sizeof(LegStoryEvent) + own * sizeof(Attribute) + event.reason.size();
  std::size_t at = 0;
  for (const Attribute& attribute : event.attributes) {
    if (is_in_record(attribute)) continue;
    attributes[at++] = {attribute.name, story.texts.keep(attribute.value)};
    bytes += attribute.value.size();
  }
  story.events.push_back({.time_ns = event.time_ns,
                          .event = event.event,
                          .method = event.method,
                          .code = event.code.value_or(0),
                          .reason = story.texts.keep(event.reason),
                          .attributes = attributes});
  story.bytes += bytes;
  bytes_ += bytes;
  make_room();
}

LegStory& StoryTable::story_of(const CallEvent& event, const Key& key) {
  if (const auto known = index_.find(key); known != index_.end()) return *known->second;
  LegStory& story = stories_.emplace_back();
  story.call_id = event.call_id;
  story.leg = key.leg;
  story.events.reserve(8);
  story.bytes = sizeof story + story.call_id.size();
  bytes_ += story.bytes;
  index_.emplace(Key{story.call_id, story.leg}, std::prev(stories_.end()));
  return story;
}

// Never the newest.
void StoryTable::make_room() {
  while (stories_.size() > 1 && (stories_.size() > most_legs_ || bytes_ > most_bytes_)) {
    const LegStory& oldest = stories_.front();
    index_.erase(Key{oldest.call_id, oldest.leg});
    bytes_ -= oldest.bytes;
    stories_.pop_front();
    ++evicted_;
  }
}

const LegStory& StoryTable::take(const CallRecord& record) {
  const Key key{record.call_id, record.leg};
  const std::uint64_t hash = Hash{}(key);
  ended_[place_of(hash)] = hash;
  const auto known = index_.find(key);
  if (known == index_.end()) {
    taken_ = LegStory{};
    return taken_;
  }
  const Stories::iterator story = known->second;
  index_.erase(known);
  bytes_ -= story->bytes;
  // Moving the list's node would leave views into the story valid; moving the story moves its arena's chunks,
  // which stay where they are.
  taken_ = std::move(*story);
  stories_.erase(story);
  std::ranges::stable_sort(taken_.events, {}, &LegStoryEvent::time_ns);
  return taken_;
}

}  // namespace sipsonde
