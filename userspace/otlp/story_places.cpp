// SPDX-License-Identifier: Apache-2.0
// Where the events of a leg are told, and what its attempts and its end were.
#include <algorithm>

#include "otlp/call_spans.h"

namespace sipsonde {
namespace {

// Whoever asks for one leg without end does not get a span for each.
constexpr std::size_t kAttemptsMost = 32;

std::string_view attribute_of(const LegStoryEvent& event, std::string_view name) {
  for (const Attribute& attribute : event.attributes)
    if (attribute.name == name) return attribute.value;
  return {};
}

bool is_final(const LegStoryEvent& event) {
  switch (event.event) {
    case EventName::answered:
    case EventName::rejected:
    case EventName::redirected:
    case EventName::challenged:
      return true;
    case EventName::timeout:
      return event.method == SIPSONDE_METHOD_invite && attribute_of(event, "timer") == "B";
    case EventName::terminated:  // 487 of what was cancelled
      return event.method == SIPSONDE_METHOD_invite && event.code != 0;
    default:
      return false;
  }
}

}  // namespace

void CallSpans::sort_events(const CallRecord& record, const LegStory& story) {
  places_.clear();
  attempts_.clear();
  teardown_.reset();
  for (const LegStoryEvent& event : story.events) places_.push_back(place_of(event));
  const std::uint64_t first = story.events.empty() ? 0 : story.events.front().time_ns;
  const std::uint64_t last = story.events.empty() ? 0 : story.events.back().time_ns;
  // A leg of which neither was seen is told at the time of what was.
  const std::uint64_t known = record.start_ns.value_or(first ? first : record.answer_ns.value_or(last));
  start_ns_ = known ? known : record.end_ns.value_or(0);
  end_ns_ = std::max(start_ns_, record.end_ns.value_or(last));
  add_what_the_record_knows(record);
}

CallSpans::Place CallSpans::place_of(const LegStoryEvent& event) {
  switch (event.event) {
    case EventName::invite:
      return begin_attempt(event);
    case EventName::bye:
      return begin_teardown(event);
    case EventName::retransmission:
      if (event.method == SIPSONDE_METHOD_bye && teardown_) return kAtTeardown;
      if (event.method == SIPSONDE_METHOD_bye || attempts_.empty()) return kAtCall;
      return static_cast<Place>(attempts_.size() - 1);
    case EventName::terminated:
      if (event.method != SIPSONDE_METHOD_bye || !teardown_) return place_of_response(event);
      teardown_->end_ns = event.time_ns;
      teardown_->code = event.code;
      teardown_->unanswered = event.code == 0;
      return kAtTeardown;
    default:
      return place_of_response(event);
  }
}

// To the latest attempt, while that has none that is final.
CallSpans::Place CallSpans::place_of_response(const LegStoryEvent& event) {
  const bool provisional = event.event == EventName::trying || event.event == EventName::ringing ||
                           event.event == EventName::progress;
  if (attempts_.empty() || attempts_.back().end_ns != 0 || !(provisional || is_final(event))) return kAtCall;
  if (is_final(event)) {
    Attempt& attempt = attempts_.back();
    attempt.end_ns = event.time_ns;
    attempt.timed_out = event.event == EventName::timeout;
    attempt.code = attempt.timed_out ? 408 : event.code;
    attempt.reason = event.reason;
  }
  return static_cast<Place>(attempts_.size() - 1);
}

CallSpans::Place CallSpans::begin_attempt(const LegStoryEvent& event) {
  if (attempts_.size() >= kAttemptsMost) return kAtCall;
  attempts_.push_back({.start_ns = event.time_ns});
  return static_cast<Place>(attempts_.size() - 1);
}

// The first BYE; one that crosses it is told at the call.
CallSpans::Place CallSpans::begin_teardown(const LegStoryEvent& event) {
  if (teardown_) return kAtCall;
  teardown_ = Teardown{.start_ns = event.time_ns,
                       .end_ns = event.time_ns,
                       .sent_here = attribute_of(event, "by") == "local",
                       .initiator = attribute_of(event, "initiator"),
                       .reason_class = attribute_of(event, "reason_class")};
  return kAtTeardown;
}

// Events may have had to go, and a final response may be out of sight.
void CallSpans::add_what_the_record_knows(const CallRecord& record) {
  if (attempts_.empty() && record.start_ns)
    attempts_.push_back({.start_ns = *record.start_ns,
                         .end_ns = record.answer_ns.value_or(record.end_ns.value_or(*record.start_ns)),
                         .code = record.sip_status.value_or(0)});
  for (std::size_t i = 0; i < attempts_.size(); ++i)
    if (attempts_[i].end_ns == 0)
      attempts_[i].end_ns = i + 1 < attempts_.size() ? attempts_[i + 1].start_ns : end_ns_;
  if (!record.teardown_ns) return;
  if (!teardown_ && record.end_ns)
    teardown_ = Teardown{.start_ns = *record.end_ns, .end_ns = *record.end_ns, .code = 200};
  if (!teardown_) return;
  teardown_->end_ns = teardown_->start_ns + *record.teardown_ns;
  const Initiator initiator = record.disconnect_initiator;
  const bool known = initiator == Initiator::caller || initiator == Initiator::callee;
  if (teardown_->initiator.empty() && known) teardown_->initiator = label(initiator);
}

}  // namespace sipsonde
