// SPDX-License-Identifier: Apache-2.0
#include "sinks/events_kafka.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace sipsonde {

using namespace std::chrono_literals;

Result<std::unique_ptr<EventsKafka>> EventsKafka::open(OpenProducer open_producer, FactContext context) {
  auto producer = open_producer();
  if (!producer) return producer.error();
  std::unique_ptr<EventsKafka> sink(new EventsKafka(std::move(open_producer), std::move(context)));
  sink->producer_ = *std::move(producer);
  return sink;
}

Result<std::size_t> EventsKafka::write(std::span<const Fact> batch) {
  if (begun_ != batch.data()) {
    begun_ = batch.data();
    done_ = lines_ = 0;
  }
  for (; done_ < batch.size(); ++done_) {
    const auto* const event = std::get_if<CallEvent>(&batch[done_]);
    if (!event) continue;
    line_.clear();
    append_json(line_, *event, context_);
    if (!producer_->produce({.key = event->call_id, .value = line_})) {
      take_reports(0ms);
      return failure("the queue to the brokers is full");
    }
    ++outstanding_;
    ++lines_;
  }
  begun_ = nullptr;
  take_reports(0ms);
  return lines_;
}

// With nothing on its way, a connection that was lost is nobody's trouble.
Result<Done> EventsKafka::flush() {
  take_reports(0ms);
  if (outstanding_ > 0 && (producer_->trouble() || producer_->is_dead()))
    return failure("the producer is lost");
  return Done{};
}

Result<Done> EventsKafka::flush_all() {
  constexpr std::chrono::milliseconds kLook = 100ms;
  while (outstanding_ > 0 && !producer_->is_dead() && Clock::now() < stop_at_.load()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(stop_at_.load() - Clock::now());
    take_reports(std::clamp(left, 0ms, kLook));
  }
  if (outstanding_ > 0) return failure("no broker has confirmed the last events in time");
  return Done{};
}

Result<Done> EventsKafka::reopen() {
  if (!producer_->is_dead()) return Done{};
  auto producer = open_producer_();
  if (!producer) return producer.error();
  producer_ = *std::move(producer);
  receipt_.refused += std::exchange(outstanding_, 0);
  return Done{};
}

// What came of the beginning of a batch is told with its end: only then has write() said how many they are.
std::optional<Receipt> EventsKafka::take_receipt() {
  if (begun_ && lines_ > 0) return Receipt{};
  return std::exchange(receipt_, {});
}

void EventsKafka::take_reports(std::chrono::milliseconds longest) {
  std::uint64_t lost = 0;
  std::string reason;
  for (KafkaReport& report : producer_->wait_for_reports(longest)) {
    --outstanding_;
    if (report.fate == KafkaFate::stored) {
      ++receipt_.sent;
      continue;
    }
    ++lost;
    reason = std::move(report.reason);
  }
  if (lost == 0) return;
  receipt_.refused += lost;
  receipt_.failed += lost;
  say_lost(lost, reason);
}

// At most two lines a minute.
void EventsKafka::say_lost(std::uint64_t events, const std::string& reason) {
  constexpr std::chrono::seconds kQuiet{30};
  const auto now = Clock::now();
  if (said_lost_at_ && now - *said_lost_at_ < kQuiet) return;
  said_lost_at_ = now;
  spdlog::warn("events-kafka: {} events are lost: {}", events, reason);
}

Error EventsKafka::failure(std::string_view otherwise) const {
  return Error{producer_->trouble().value_or(std::string(otherwise))};
}

}  // namespace sipsonde
