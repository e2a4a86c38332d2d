// SPDX-License-Identifier: Apache-2.0
#include "decode/dtls_reassembly.h"

#include <algorithm>
#include <utility>

namespace sipsonde {

DtlsReassembly::Message* DtlsReassembly::find(const DtlsFragment& fragment) {
  const auto found = std::ranges::find_if(messages_, [&](const Message& message) {
    return message.bytes.size() == fragment.length && message.sequence == fragment.sequence &&
           message.type == fragment.type;
  });
  return found == messages_.end() ? nullptr : &*found;
}

std::size_t DtlsReassembly::held_bytes() const {
  std::size_t held = 0;
  for (const Message& message : messages_) held += message.bytes.size();
  return held;
}

void DtlsReassembly::release(Message& message) {
  memory_.used_bytes -= message.bytes.size();
  message = Message{};
}

void DtlsReassembly::clear() {
  for (Message& message : messages_) release(message);
}

DtlsReassembly::Message& DtlsReassembly::free_place() {
  const auto is_free = [](const Message& message) { return message.bytes.empty(); };
  if (const auto free = std::ranges::find_if(messages_, is_free); free != messages_.end()) return *free;
  Message& oldest = *std::ranges::min_element(messages_, {}, &Message::sequence);
  ++memory_.given_up;
  release(oldest);
  return oldest;
}

DtlsReassembly::Message* DtlsReassembly::begin(const DtlsFragment& fragment) {
  // Of a message that contradicts one in hand, the newer is what the sender means.
  for (Message& message : messages_)
    if (!message.bytes.empty() && message.sequence == fragment.sequence) release(message);
  if (held_bytes() + fragment.length > kFlightBytes ||
      memory_.used_bytes + fragment.length > memory_.limit_bytes) {
    if (fragment.offset == 0) ++memory_.given_up;  // once for all of its parts
    return nullptr;
  }
  Message& message = free_place();
  message.bytes.resize(fragment.length);
  message.arrived.resize(fragment.length);
  message.missing = fragment.length;
  message.sequence = fragment.sequence;
  message.type = fragment.type;
  memory_.used_bytes += fragment.length;
  return &message;
}

std::optional<std::string_view> DtlsReassembly::add(const DtlsFragment& fragment) {
  if (fragment.is_whole()) return fragment.bytes;
  if (fragment.bytes.empty()) return std::nullopt;
  Message* message = find(fragment);
  const auto contradicts = [&] {
    for (std::size_t i = 0; i < fragment.bytes.size(); ++i)
      if (message->arrived[fragment.offset + i] && message->bytes[fragment.offset + i] != fragment.bytes[i])
        return true;
    return false;
  };
  if (message == nullptr || contradicts()) message = begin(fragment);
  if (message == nullptr) return std::nullopt;

  for (std::size_t i = 0; i < fragment.bytes.size(); ++i) {
    const std::size_t at = fragment.offset + i;
    if (message->arrived[at]) continue;
    message->arrived[at] = true;
    message->bytes[at] = fragment.bytes[i];
    --message->missing;
  }
  if (message->missing > 0) return std::nullopt;
  memory_.used_bytes -= message->bytes.size();
  memory_.whole = std::exchange(message->bytes, {});
  *message = Message{};
  return memory_.whole;
}

}  // namespace sipsonde
