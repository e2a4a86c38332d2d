// SPDX-License-Identifier: Apache-2.0
// Records to a Kafka topic, their Call-ID as key (docs/cdr-kafka.md).
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "cdr/receiver.h"
#include "kafka/kafka_producer.h"

namespace sipsonde {

// What the producer holds stays there from one deliver() to the next: while brokers are away the rows that
// are offered again are not produced again, and each comes once.
class KafkaReceiver : public CdrReceiver {
 public:
  using OpenProducer = std::function<Result<std::unique_ptr<KafkaProducer>>()>;

  // An error has exit code 2: the producer could not be made.
  static Result<std::unique_ptr<KafkaReceiver>> open(OpenProducer open_producer);

  std::string_view name() const override { return "cdr-kafka"; }
  std::size_t batch_limit() const override { return 100; }  // acknowledged in one round trip
  Result<std::size_t> deliver(std::span<const StoredRow> rows) override;
  std::string_view refusal() const override { return reason_; }
  void reopen() override { reopen_ = true; }
  void stop_by(std::chrono::steady_clock::time_point deadline) override { stop_at_.store(deadline); }

 private:
  using Clock = std::chrono::steady_clock;

  enum class State : std::uint8_t { to_send, on_its_way, stored, refused };
  struct Sent {
    StoreCursor at;
    State state = State::to_send;
  };

  explicit KafkaReceiver(OpenProducer open_producer) : open_producer_(std::move(open_producer)) {}

  Result<Done> renew_producer();
  void start_at(const StoreCursor& front);
  void produce(std::span<const StoredRow> rows);
  void wait_for(std::size_t rows);
  void take_reports(std::chrono::milliseconds longest);
  bool are_settled(std::size_t rows) const;
  Result<std::size_t> outcome_of(std::size_t rows);

  const OpenProducer open_producer_;
  std::unique_ptr<KafkaProducer> producer_;
  bool reopen_ = false;
  std::atomic<Clock::time_point> stop_at_{Clock::time_point::max()};

  // The rows that are offered and not yet passed, in their order; the id of the first, which the others
  // follow.
  std::deque<Sent> sent_;
  std::uint64_t first_id_ = 0;
  std::string reason_;  // why the last one was not stored
};

}  // namespace sipsonde
