// SPDX-License-Identifier: Apache-2.0
#include "ladder/ladder.h"

#include <algorithm>

#include "base/visible_text.h"
#include "facts/timestamp.h"
#include "ladder/lanes.h"
#include "ladder/streams.h"
#include "ladder/wording.h"

namespace sipsonde {
namespace {

constexpr std::size_t kCallIdLongest = 120;
constexpr std::size_t kNumberLongest = 40;

// So many steps may stand between a message and its repeat.
constexpr std::size_t kRepeatFarthest = 200;

std::vector<StoryEvent> events_in_order(std::span<const std::string> lines) {
  std::vector<StoryEvent> events;
  for (const std::string& line : lines)
    if (auto event = parse_story_event(line)) events.push_back(std::move(*event));
  // One without a time stays behind the one in front of it.
  const auto is_timed = [](const StoryEvent& event) { return event.time_ns.has_value(); };
  const auto first = std::find_if(events.begin(), events.end(), is_timed);
  std::uint64_t before = first == events.end() ? 0 : *first->time_ns;
  for (StoryEvent& event : events) event.time_ns = before = event.time_ns.value_or(before);
  const auto earlier = [](const StoryEvent& left, const StoryEvent& right) {
    return left.time_ns < right.time_ns;
  };
  std::stable_sort(events.begin(), events.end(), earlier);
  return events;
}

std::vector<StoryRow> rows_in_order(std::span<const std::string> documents) {
  std::vector<StoryRow> rows;
  for (const std::string& document : documents)
    if (auto row = parse_story_row(document)) rows.push_back(std::move(*row));
  const auto before = [](const StoryRow& left, const StoryRow& right) { return left.leg < right.leg; };
  std::stable_sort(rows.begin(), rows.end(), before);
  return rows;
}

LadderLeg leg_of(const StoryRow& row) {
  LadderLeg leg;
  leg.number = row.leg;
  leg.from = visible_text(row.from_number, kNumberLongest);
  leg.to = visible_text(row.to_number, kNumberLongest);
  leg.outcome = outcome_of(row);
  leg.failed = !row.disposition.empty() && row.disposition != "answered";
  if (!row.linked_call_id.empty())
    leg.linked = visible_text(row.link_reason + " " + row.linked_call_id, kCallIdLongest);
  return leg;
}

class Builder {
 public:
  explicit Builder(std::span<const StoryRow> rows) : lanes_(rows) {}

  void add(const StoryEvent& event) {
    const std::uint64_t time_ns = event.time_ns.value_or(0);
    if (!first_ns_ && event.time_ns) first_ns_ = event.time_ns;
    if (streams_.take(event, time_ns)) return;
    const Lanes::Ends ends = lanes_.of(event);
    if (event.event == "sip.retransmission" && folded(event, ends, time_ns)) return;
    LadderStep step;
    step.kind = is_message(event) ? LadderStep::Kind::message : LadderStep::Kind::note;
    step.time_ns = time_ns;
    step.leg = event.leg;
    step.from = ends.from;
    step.to = ends.to;
    step.tone = tone_of(event);
    step.label = label_of(event);
    step.detail = detail_of(event);
    steps_.push_back(std::move(step));
  }

  Ladder finish(std::span<const StoryRow> rows) && {
    for (const StoryRow& row : rows) streams_.take(row);
    add_streams();
    const auto earlier = [](const LadderStep& left, const LadderStep& right) {
      return left.time_ns < right.time_ns;
    };
    std::stable_sort(steps_.begin(), steps_.end(), earlier);
    Ladder ladder;
    count_from_first(rows);
    if (first_ns_) {
      constexpr std::size_t kToTheMillisecond = 23;
      const auto text = timestamp_text(*first_ns_);
      ladder.first.assign(text.data(), kToTheMillisecond).append("Z");
    }
    if (steps_.size() > kLadderStepsMax) {
      ladder.steps_left_out = steps_.size() - kLadderStepsMax;
      steps_.resize(kLadderStepsMax);
    }
    ladder.steps = std::move(steps_);
    for (const StoryRow& row : rows.first(std::min(rows.size(), kLadderLegsMax)))
      ladder.legs.push_back(leg_of(row));
    ladder.legs_left_out = rows.size() - ladder.legs.size();
    ladder.lanes = std::move(lanes_).take();
    return ladder;
  }

 private:
  // A repeat adds to the arrow of its message when that is there.
  bool folded(const StoryEvent& event, const Lanes::Ends& ends, std::uint64_t time_ns) {
    const std::string label = label_of(event);
    const std::size_t far = steps_.size() - std::min(steps_.size(), kRepeatFarthest);
    for (std::size_t i = steps_.size(); i-- > far;) {
      LadderStep* const step = &steps_[i];
      if (step->kind != LadderStep::Kind::message || step->label != label || step->leg != event.leg) continue;
      if (step->from != ends.from || step->to != ends.to) continue;
      ++step->repeats;
      step->last_repeat_ns = time_ns;
      return true;
    }
    return false;
  }

  void add_streams() {
    for (Streams::Stream& stream : std::move(streams_).in_order()) {
      const Lanes::Ends ends = lanes_.of_media(stream.leg, stream.way, stream.from, stream.to);
      LadderStep step;
      step.kind = LadderStep::Kind::media;
      step.time_ns = stream.begin_ns;
      step.leg = stream.leg;
      step.from = ends.from;
      step.to = ends.to;
      step.tone = LadderTone::remark;
      step.media = std::move(stream.media);
      step.media.until_ns = stream.end_ns;
      step.label = media_label(step.media);
      steps_.push_back(std::move(step));
    }
  }

  // From here on times are those since the first.
  void count_from_first(std::span<const StoryRow> rows) {
    if (!steps_.empty()) first_ns_ = std::min(first_ns_.value_or(UINT64_MAX), steps_.front().time_ns);
    for (const StoryRow& row : rows)
      if (!first_ns_ && row.start_ms && *row.start_ms >= 0)
        first_ns_ = static_cast<std::uint64_t>(*row.start_ms) * 1'000'000;
    const std::uint64_t first = first_ns_.value_or(0);
    const auto since = [first](std::uint64_t time_ns) { return time_ns > first ? time_ns - first : 0; };
    for (LadderStep& step : steps_) {
      step.time_ns = since(step.time_ns);
      step.last_repeat_ns = since(step.last_repeat_ns);
      if (step.kind != LadderStep::Kind::media) continue;
      if (step.media.until_ns) step.media.until_ns = since(*step.media.until_ns);
      step.detail = media_detail(step.media);
    }
  }

  Lanes lanes_;
  Streams streams_;
  std::vector<LadderStep> steps_;
  std::optional<std::uint64_t> first_ns_;
};

std::string call_id_of(std::span<const StoryEvent> events, std::span<const StoryRow> rows) {
  for (const StoryEvent& event : events)
    if (!event.call_id.empty()) return visible_text(event.call_id, kCallIdLongest);
  for (const StoryRow& row : rows)
    if (!row.call_id.empty()) return visible_text(row.call_id, kCallIdLongest);
  return {};
}

}  // namespace

Ladder ladder_of(std::span<const std::string> event_lines, std::span<const std::string> row_documents) {
  const std::vector<StoryEvent> events = events_in_order(event_lines);
  const std::vector<StoryRow> rows = rows_in_order(row_documents);
  Builder builder(rows);
  for (const StoryEvent& event : events) builder.add(event);
  Ladder ladder = std::move(builder).finish(rows);
  ladder.call_id = call_id_of(events, rows);
  return ladder;
}

}  // namespace sipsonde
