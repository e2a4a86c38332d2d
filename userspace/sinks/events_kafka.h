// SPDX-License-Identifier: Apache-2.0
// Call events to a Kafka topic, their Call-ID as key (docs/cdr-kafka.md). They come as they happen and from
// no store: what does not fit the queue while brokers are away is gone.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "facts/json.h"
#include "kafka/kafka_producer.h"
#include "sinks/sink.h"

namespace sipsonde {

class EventsKafka : public Sink {
 public:
  using OpenProducer = std::function<Result<std::unique_ptr<KafkaProducer>>()>;

  // The trunks of `context` outlive the sink. An error has exit code 2: the producer could not be made.
  static Result<std::unique_ptr<EventsKafka>> open(OpenProducer open_producer, FactContext context);

  std::string_view name() const override { return "events-kafka"; }
  bool takes(const Fact& fact) const override { return std::holds_alternative<CallEvent>(fact); }
  // A batch that did not fit is continued where it stopped when it is offered again.
  Result<std::size_t> write(std::span<const Fact> batch) override;
  Result<Done> flush() override;
  Result<Done> flush_all() override;
  // A new producer where the old one is of no use any more; else nothing: what it holds would be lost.
  Result<Done> reopen() override;
  std::optional<Receipt> take_receipt() override;
  void stop_by(std::chrono::steady_clock::time_point deadline) override { stop_at_.store(deadline); }

 private:
  using Clock = std::chrono::steady_clock;

  EventsKafka(OpenProducer open_producer, FactContext context)
      : open_producer_(std::move(open_producer)), context_(std::move(context)) {}

  void take_reports(std::chrono::milliseconds longest);
  void say_lost(std::uint64_t events, const std::string& reason);
  Error failure(std::string_view otherwise) const;

  const OpenProducer open_producer_;
  const FactContext context_;
  std::unique_ptr<KafkaProducer> producer_;
  std::atomic<Clock::time_point> stop_at_{Clock::time_point::max()};

  std::uint64_t outstanding_ = 0;  // messages that nothing was heard of yet
  Receipt receipt_;
  std::optional<Clock::time_point> said_lost_at_;

  // Of the batch that is on its way.
  const Fact* begun_ = nullptr;
  std::size_t done_ = 0;   // facts of it
  std::size_t lines_ = 0;  // messages of those
  std::string line_;
};

}  // namespace sipsonde
