// SPDX-License-Identifier: Apache-2.0
// Messages to one topic of a Kafka cluster, each of which is heard of again. The cluster keeps those of one
// key in order and, as long as this producer lives, each of them once (enable.idempotence).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/kafka_settings.h"

namespace sipsonde {

struct KafkaMessage {
  std::uint64_t id = 0;  // stands in its report
  std::string_view key;  // empty: none, any partition will do
  std::string_view value;
};

enum class KafkaFate : std::uint8_t {
  stored,   // by all replicas that are in sync
  refused,  // as it is: the same again, in the same company, would be refused again
  later,    // given up; the same again may be stored
};

struct KafkaReport {
  std::uint64_t id = 0;
  KafkaFate fate = KafkaFate::stored;
  std::string reason;  // empty when it is stored
};

// One thread. What it holds is lost when it is destroyed.
class KafkaProducer {
 public:
  virtual ~KafkaProducer() = default;
  // Takes a copy and sends it when it can: brokers that are away are waited for, however long. False: it
  // holds as much as it may, and has not taken this one.
  virtual bool produce(const KafkaMessage& message) = 0;
  // Waits for a report; without one at most `longest`. Each message that was taken has one report, once.
  virtual std::vector<KafkaReport> wait_for_reports(std::chrono::milliseconds longest) = 0;
  // Why nothing goes on, one line; from when brokers were lost, or a message was given up, until one is
  // stored.
  virtual std::optional<std::string> trouble() const = 0;
  // Nothing more will come of it, or of what it holds: a new one is needed.
  virtual bool is_dead() const = 0;
};

// Settings that librdkafka does not take, files that cannot be read: an error with exit code 2, and so in a
// build without librdkafka (SIPSONDE_KAFKA). Waits for no broker.
Result<std::unique_ptr<KafkaProducer>> open_kafka_producer(const KafkaSettings& settings,
                                                           const std::string& topic);

}  // namespace sipsonde
