// SPDX-License-Identifier: Apache-2.0
#include "calls/fact_log.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "calls/pool.h"

namespace sipsonde {
namespace {

// Events come nearly in order, and few at a time; the library's stable sort would allocate.
void sort_by_time(std::vector<CallEvent>& events) {
  for (std::size_t next = 1; next < events.size(); ++next)
    for (std::size_t i = next; i > 0 && events[i].time_ns < events[i - 1].time_ns; --i)
      std::swap(events[i], events[i - 1]);
}

std::size_t bytes_of(const CallEvent& event) {
  std::size_t bytes = sizeof event + event.call_id.size() + event.reason.size();
  for (const Attribute& attribute : event.attributes) bytes += sizeof attribute + attribute.value.size();
  return bytes;
}

}  // namespace

FactLog::FactLog(const Timebase& timebase, unsigned share)
    : timebase_(timebase),
      events_in_all_(std::max<std::size_t>(kEventsPerLeg, kEventsInAll / std::max(1u, share))),
      bytes_in_all_(kBytesInAll / std::max(1u, share)) {}

bool FactLog::keep(std::uint32_t& buffer, const CallEvent& event) {
  if (buffer == kNone) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(buffers_.size()));
      buffers_.emplace_back();
      free_.reserve(buffers_.capacity());  // for the day on which all are free
    }
    buffer = free_.back();
    free_.pop_back();
  }
  Buffer& kept = buffers_[buffer];
  CallEvent& last = kept.events.emplace_back(event);
  for_each_text(last, [&kept](std::string_view& text) { text = kept.texts.keep(text); });
  last.attributes = keep_attributes(event.attributes, kept.texts);
  // The first takes a chunk for the texts of all.
  const std::size_t bytes = bytes_of(event) + (kept.events.size() == 1 ? kChunkBytes : 0);
  kept.bytes += bytes;
  kept_bytes_ += bytes;
  ++kept_;
  return kept.events.size() < kEventsPerLeg && kept_ < events_in_all_ && kept_bytes_ < bytes_in_all_;
}

void FactLog::flush(std::uint32_t& buffer) {
  if (buffer == kNone) return;
  Buffer& kept = buffers_[buffer];
  sort_by_time(kept.events);
  for (const CallEvent& event : kept.events) state(event);
  kept_ -= kept.events.size();
  kept_bytes_ -= kept.bytes;
  kept.events.clear();
  kept.texts.clear();
  kept.bytes = 0;
  if (buffer >= kBuffersKept) kept = {};
  if (kept.events.capacity() > kEventsKept) kept.events = {};
  free_.push_back(buffer);
  buffer = kNone;
}

void FactLog::state(CallEvent event) {
  Arena& texts = stating_->texts;
  event.time_ns = timebase_.to_unix_ns(event.time_ns);
  to_unix(event.request_ns);
  for_each_text(event, [&texts](std::string_view& text) { text = texts.keep(text); });
  event.attributes = keep_attributes(event.attributes, texts);
  stating_->facts.emplace_back(event);
}

void FactLog::state(CallRecord record) {
  add(record, *stating_);
}

void FactLog::add(CallRecord record, FactList& list) const {
  Arena& texts = list.texts;
  to_unix(record.start_ns);
  to_unix(record.ringing_ns);
  to_unix(record.answer_ns);
  to_unix(record.end_ns);
  for_each_text(record, [&texts](std::string_view& text) { text = texts.keep(text); });
  record.custom = keep_attributes(record.custom, texts);
  const std::span<MediaRecord> media = texts.keep_array<MediaRecord>(record.media.size());
  std::uninitialized_copy(record.media.begin(), record.media.end(), media.begin());
  for (MediaRecord& stream : media) {
    to_unix(stream.first_ns);
    to_unix(stream.last_ns);
  }
  record.media = media;
  list.facts.emplace_back(record);
}

// Copied once, out of the ring: the Call-ID is a part of the copy.
void FactLog::state(Message message) {
  message.time_ns = timebase_.to_unix_ns(message.time_ns);
  const std::string_view bytes = stating_->texts.keep(message.bytes);
  if (!message.call_id.empty())
    message.call_id = bytes.substr(static_cast<std::size_t>(message.call_id.data() - message.bytes.data()),
                                   message.call_id.size());
  message.bytes = bytes;
  stating_->facts.emplace_back(message);
}

void FactLog::state(RtcpReport report) {
  Arena& texts = stating_->texts;
  report.time_ns = timebase_.to_unix_ns(report.time_ns);
  report.call_id = texts.keep(report.call_id);
  const std::span<RtcpBlock> blocks = texts.keep_array<RtcpBlock>(report.blocks.size());
  std::uninitialized_copy(report.blocks.begin(), report.blocks.end(), blocks.begin());
  report.blocks = blocks;
  stating_->facts.emplace_back(report);
}

std::shared_ptr<FactList> FactLog::take() {
  if (stating_->empty()) return nullptr;
  std::shared_ptr<FactList> taken = fresh_list();
  taken.swap(stating_);
  return taken;
}

std::shared_ptr<FactList> FactLog::fresh_list() {
  for (const auto& list : lists_) {
    if (list.use_count() > 1) continue;
    // What the last holder did with it comes before what we do.
    std::atomic_thread_fence(std::memory_order_acquire);
    list->facts.clear();
    if (list->facts.capacity() > kFactsKept) list->facts = {};
    list->texts.clear();
    return list;
  }
  auto list = std::make_shared<FactList>();
  list->facts.reserve(kFactsFromTheStart);
  if (lists_.size() < kListsKept) lists_.push_back(list);
  return list;
}

void FactLog::to_unix(std::optional<std::uint64_t>& time_ns) const {
  if (time_ns) *time_ns = timebase_.to_unix_ns(*time_ns);
}

}  // namespace sipsonde
