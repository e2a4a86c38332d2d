// SPDX-License-Identifier: Apache-2.0
// A Kafka cluster that takes records and events (docs/cdr-kafka.md).
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sipsonde {

struct KafkaSettings {
  std::string brokers;                                       // "a.example:9092,b.example:9092"; empty: none
  std::string topic = "sip.cdr";                             // of records; empty: they are not sent
  std::string events_topic = "sip.call_events";              // of events; empty: they are not sent
  std::string password_file;                                 // of SASL; empty: none
  std::vector<std::pair<std::string, std::string>> options;  // librdkafka's own names

  bool sends_records() const { return !brokers.empty() && !topic.empty(); }
  bool sends_events() const { return !brokers.empty() && !events_topic.empty(); }
};

}  // namespace sipsonde
