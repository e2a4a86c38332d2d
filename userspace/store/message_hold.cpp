// SPDX-License-Identifier: Apache-2.0
#include "store/message_hold.h"

#include <algorithm>

#include "store/stored_message.h"

namespace sipsonde {

void MessageHold::add(const Message& message, std::uint64_t now_ns) {
  if (message.call_id.empty()) return;
  auto found = by_id_.find(message.call_id);
  if (found == by_id_.end()) {
    Call& fresh = calls_.emplace_back();
    fresh.call_id = message.call_id;
    fresh.held_since_ns = now_ns;
    fresh.first_ns = fresh.last_ns = message.time_ns;
    found = by_id_.emplace(fresh.call_id, std::prev(calls_.end())).first;
  }
  Call& call = *found->second;
  if (call.document.size() + message.bytes.size() > kBytesACall) {
    ++left_out_;
    return;
  }
  const std::size_t before = call.document.size();
  append_stored(call.document, message);
  bytes_ += call.document.size() - before;
  call.first_ns = std::min(call.first_ns, message.time_ns);
  call.last_ns = std::max(call.last_ns, message.time_ns);
}

void MessageHold::turn(std::string_view call_id) {
  if (const auto found = by_id_.find(call_id); found != by_id_.end()) make_due(*found->second);
}

void MessageHold::make_due(Call& call) {
  if (!call.due) due_.push_back(&call);
  call.due = true;
}

std::span<const MessageHold::Call* const> MessageHold::due(std::uint64_t now_ns) {
  for (Call& call : calls_) {
    // Of a clock that was set back nobody knows how long it has been.
    const bool has_waited = now_ns < call.held_since_ns || now_ns - call.held_since_ns >= kLongest_ns;
    if (!has_waited && bytes_ < kBytesInAll) break;
    make_due(call);
  }
  return due_;
}

void MessageHold::written() {
  for (const Call* call : due_) {
    bytes_ -= call->document.size();
    const auto found = by_id_.find(call->call_id);
    const auto place = found->second;
    by_id_.erase(found);
    calls_.erase(place);
  }
  due_.clear();
}

}  // namespace sipsonde
