// SPDX-License-Identifier: Apache-2.0
// A Kafka producer without a cluster: it keeps what it is given and reports what the test says.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kafka/kafka_producer.h"

namespace sipsonde {

// What outlives the producers that are made on it.
struct ScriptedCluster {
  struct Taken {
    std::uint64_t id;
    std::string key, value;
  };
  bool answers = true;                           // else nothing is heard of what was taken
  std::size_t room = 1'000;                      // messages that a producer takes
  std::function<KafkaFate(const Taken&)> judge;  // empty: all are stored
  std::optional<std::string> trouble;
  bool dead = false;  // the producer that is there; the next one lives

  int producers = 0;
  std::vector<Taken> taken;         // all that were, in order
  std::deque<Taken> waiting;        // without a report yet
  std::vector<std::string> stored;  // values, in order
};

class ScriptedProducer : public KafkaProducer {
 public:
  explicit ScriptedProducer(ScriptedCluster& cluster) : cluster_(cluster) {
    ++cluster_.producers;
    cluster_.dead = false;
    cluster_.waiting.clear();
  }

  bool produce(const KafkaMessage& message) override {
    if (cluster_.waiting.size() == cluster_.room) return false;
    cluster_.taken.push_back({message.id, std::string(message.key), std::string(message.value)});
    cluster_.waiting.push_back(cluster_.taken.back());
    return true;
  }
  std::vector<KafkaReport> wait_for_reports(std::chrono::milliseconds) override {
    std::vector<KafkaReport> reports;
    while (cluster_.answers && !cluster_.waiting.empty()) {
      const ScriptedCluster::Taken message = std::move(cluster_.waiting.front());
      cluster_.waiting.pop_front();
      const KafkaFate fate = cluster_.judge ? cluster_.judge(message) : KafkaFate::stored;
      if (fate == KafkaFate::stored) cluster_.stored.push_back(message.value);
      reports.push_back({message.id, fate, fate == KafkaFate::stored ? "" : "said no"});
    }
    return reports;
  }
  std::optional<std::string> trouble() const override { return cluster_.trouble; }
  bool is_dead() const override { return cluster_.dead; }

 private:
  ScriptedCluster& cluster_;
};

inline auto producers_of(ScriptedCluster& cluster) {
  return [&cluster]() -> Result<std::unique_ptr<KafkaProducer>> {
    return std::unique_ptr<KafkaProducer>(std::make_unique<ScriptedProducer>(cluster));
  };
}

}  // namespace sipsonde
