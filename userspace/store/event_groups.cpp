// SPDX-License-Identifier: Apache-2.0
#include "store/event_groups.h"

#include <algorithm>

#include "base/hash.h"

namespace sipsonde {
namespace {

// After a flood the room that it took goes back.
constexpr std::size_t kGroupsKept = 4096;
constexpr std::size_t kLinesKept = 16 * 1024;

// Outside of a call there are no legs.
std::uint64_t hash_of(std::string_view call_id, const std::optional<std::uint32_t>& leg) {
  return hash_bytes(call_id, leg ? *leg + 1ull : 0);
}

bool is_of(const EventGroup& group, std::string_view call_id, const std::optional<std::uint32_t>& leg) {
  return group.leg == leg && group.call_id == call_id;
}

}  // namespace

void EventGroups::add(const CallEvent& event, const FactContext& context) {
  EventGroup& group = group_of(event.call_id, event.leg);
  const std::size_t before = group.lines.size();
  append_json(group.lines, event, context);
  group.lines.push_back('\n');
  bytes_ += group.lines.size() - before;
  group.first_ns = before == 0 ? event.time_ns : std::min(group.first_ns, event.time_ns);
  group.last_ns = std::max(group.last_ns, event.time_ns);
  group.begun |= event.event == EventName::invite;
  group.answered |= event.event == EventName::answered && event.leg.has_value();
}

EventGroup* EventGroups::find(std::string_view call_id, std::uint32_t leg) {
  if (count_ > 0 && is_of(groups_[count_ - 1], call_id, leg)) return &groups_[count_ - 1];
  const auto found = index_.find(hash_of(call_id, leg));
  if (found == index_.end() || !is_of(groups_[found->second], call_id, leg)) return nullptr;
  return &groups_[found->second];
}

// Events of a leg mostly come together. Of two legs whose hash is the same the second is not found again:
// its events become more rows than one.
EventGroup& EventGroups::group_of(std::string_view call_id, const std::optional<std::uint32_t>& leg) {
  if (count_ > 0 && is_of(groups_[count_ - 1], call_id, leg)) return groups_[count_ - 1];
  const auto [place, fresh] = index_.try_emplace(hash_of(call_id, leg), count_);
  if (!fresh && is_of(groups_[place->second], call_id, leg)) return groups_[place->second];
  if (count_ == groups_.size()) groups_.emplace_back();
  EventGroup& group = groups_[count_++];
  group.call_id = texts_.keep(call_id);
  group.leg = leg;
  group.first_ns = group.last_ns = 0;
  group.lines.clear();
  group.begun = group.answered = group.ended = false;
  return group;
}

void EventGroups::clear() {
  if (groups_.size() > kGroupsKept) groups_.resize(kGroupsKept);
  for (std::size_t i = 0; i < std::min(count_, groups_.size()); ++i)
    if (groups_[i].lines.capacity() > kLinesKept) std::string().swap(groups_[i].lines);
  index_.clear();
  texts_.clear();
  count_ = bytes_ = 0;
}

}  // namespace sipsonde
