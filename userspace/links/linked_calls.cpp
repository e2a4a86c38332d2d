// SPDX-License-Identifier: Apache-2.0
#include "links/linked_calls.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr std::size_t kCallIdMax = 512;  // as of a leg
constexpr std::size_t kRoomFromTheStart = 64;
constexpr std::size_t kRoomKept = 128;   // of a text whose call is gone
constexpr std::size_t kKeysPerCall = 2;  // of most

void keep_text(std::string& text, std::string_view value) {
  text.assign(value.substr(0, kCallIdMax));
}

void empty_text(std::string& text) {
  text.clear();
  if (text.capacity() > kRoomKept) text.shrink_to_fit();
}

// The two highest bits of a key are free for it.
LinkKey in_role(LinkKey key, LinkRole role) {
  return key | static_cast<LinkKey>(role) << 62;
}

}  // namespace

void CallLine::add(LinkedCall& call) {
  call.older = newest_;
  call.newer = nullptr;
  (newest_ ? newest_->newer : oldest_) = &call;
  newest_ = &call;
}

void CallLine::remove(LinkedCall& call) {
  (call.older ? call.older->newer : oldest_) = call.newer;
  (call.newer ? call.newer->older : newest_) = call.older;
  call.older = call.newer = nullptr;
}

LinkedCalls::LinkedCalls(std::size_t limit)
    : index_(limit * kKeysPerCall), limit_(std::max<std::size_t>(limit, 1)) {}

LinkedCall* LinkedCalls::find(LinkHandle handle) {
  if (handle.is_none()) return nullptr;
  LinkedCall& call = calls_[handle.index];
  return call.in_use && call.self == handle ? &call : nullptr;
}

LinkedCall* LinkedCalls::find(LinkKey key, LinkRole role) {
  return find(index_.find(in_role(key, role)));
}

CallLine& LinkedCalls::line_of(const LinkedCall& call) {
  if (call.open_legs == 0) return ended_;
  return call.reason == LinkReason::none ? unlinked_ : linked_;
}

LinkedCall& LinkedCalls::add(std::string_view call_id, std::uint64_t time_ns) {
  while (size() >= limit_) {
    if (!ended_.oldest()) ++evicted_;
    forget(*(ended_.oldest() ? ended_ : unlinked_.oldest() ? unlinked_ : linked_).oldest());
  }
  if (free_.empty()) {
    const auto index = static_cast<std::uint32_t>(calls_.size());
    LinkedCall& made = calls_.emplace_back();
    made.self.index = index;
    made.call_id.reserve(kRoomFromTheStart);
    made.linked_call_id.reserve(kRoomFromTheStart);
    free_.push_back(index);
  }
  LinkedCall& call = calls_[free_.back()];
  free_.pop_back();
  call.self.generation += 1;
  call.in_use = true;
  keep_text(call.call_id, call_id);
  call.start_ns = time_ns;
  ended_.add(call);  // until its first leg begins
  return call;
}

void LinkedCalls::hold(LinkedCall& call, LinkKey key, LinkRole role) {
  if (call.key_count == LinkedCall::kKeysMax) return;
  const LinkKey in_this_role = in_role(key, role);
  if (index_.find(in_this_role) == call.self) return;
  evicted_ += index_.set(in_this_role, call.self);
  call.keys[call.key_count++] = in_this_role;
}

void LinkedCalls::leg_begins(LinkedCall& call) {
  line_of(call).remove(call);
  ++call.open_legs;
  line_of(call).add(call);
}

void LinkedCalls::leg_ends(LinkedCall& call, std::uint64_t time_ns) {
  if (call.open_legs == 0) return;
  line_of(call).remove(call);
  --call.open_legs;
  call.ended_ns = std::max(call.ended_ns, time_ns);
  line_of(call).add(call);
}

void LinkedCalls::set_link(LinkedCall& call, std::string_view other_call_id, LinkReason reason,
                           bool names_earlier) {
  const bool changes_line = call.open_legs > 0 && call.reason == LinkReason::none;
  if (changes_line) unlinked_.remove(call);
  keep_text(call.linked_call_id, other_call_id);
  call.reason = reason;
  call.names_earlier = names_earlier;
  if (changes_line) linked_.add(call);
}

void LinkedCalls::forget_ended_before(std::uint64_t time_ns) {
  while (ended_.oldest() && ended_.oldest()->ended_ns < time_ns) forget(*ended_.oldest());
}

// A key that the call lost to another is not its own any more, and stays.
void LinkedCalls::forget(LinkedCall& call) {
  line_of(call).remove(call);
  for (std::size_t i = 0; i < call.key_count; ++i) index_.remove(call.keys[i], call.self);
  const LinkHandle self = call.self;
  std::string call_id = std::move(call.call_id);
  std::string linked_call_id = std::move(call.linked_call_id);
  empty_text(call_id);
  empty_text(linked_call_id);
  call = LinkedCall{};
  call.self = self;
  call.call_id = std::move(call_id);
  call.linked_call_id = std::move(linked_call_id);
  free_.push_back(self.index);
}

}  // namespace sipsonde
