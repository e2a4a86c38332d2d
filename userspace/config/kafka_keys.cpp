// SPDX-License-Identifier: Apache-2.0
#include "config/kafka_keys.h"

#include <algorithm>

#include "config/http_texts.h"
#include "config/key_row.h"
#include "config/named_texts.h"
#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

// HOST:PORT, more of them behind commas. Those that are named bring the others of the cluster.
Result<Done> read_brokers(const Given& given, std::string& target) {
  constexpr std::size_t kLongest = 4096;
  const auto text = read_text(given);
  if (!text) return text.error();
  std::string brokers;
  std::string_view rest = is_off(*text) ? std::string_view{} : *text;
  if (rest.size() > kLongest) return given.error("is longer than a list of brokers; name a few of them");
  while (!rest.empty()) {
    std::string_view broker = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(broker.size() + 1, rest.size()));
    broker.remove_prefix(std::min(broker.find_first_not_of(' '), broker.size()));
    broker = broker.substr(0, broker.find_last_not_of(' ') + 1);
    const auto endpoint = parse_remote_endpoint(broker);
    if (!endpoint) return given.error(endpoint.error().message);
    brokers.append(brokers.empty() ? "" : ",").append(to_text(*endpoint));
  }
  target = brokers;
  return Done{};
}

// What Kafka takes for a name (org.apache.kafka.common.internals.Topic), or `off`.
Result<Done> read_topic(const Given& given, std::string& target) {
  constexpr std::size_t kLongest = 249;
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  const auto text = read_text(given);
  if (!text) return text.error();
  if (is_off(*text)) {
    target.clear();
    return Done{};
  }
  if (text->size() > kLongest || text->find_first_not_of(kCharacters) != text->npos || *text == "." ||
      *text == "..")
    return given.error(in_quotes(*text) + " is no name of a topic; use letters, digits, '.', '_' and '-'");
  target = *text;
  return Done{};
}

using namespace key_row;

const Key kKeys[] = {
    {"cdr.kafka.brokers", Shape::value, "HOST:PORT of Kafka brokers with commas between them, or off",
     [](G g, S s) { return read_brokers(g, s.cdr_kafka.brokers); },
     [](View s) { return text_or_off(s.cdr_kafka.brokers); }},
    {"cdr.kafka.topic", Shape::value, "topic of call detail records, or off",
     [](G g, S s) { return read_topic(g, s.cdr_kafka.topic); },
     [](View s) { return text_or_off(s.cdr_kafka.topic); }},
    {"cdr.kafka.events_topic", Shape::value, "topic of call events, or off",
     [](G g, S s) { return read_topic(g, s.cdr_kafka.events_topic); },
     [](View s) { return text_or_off(s.cdr_kafka.events_topic); }},
    {"cdr.kafka.password_file", Shape::value, "file whose first line is the password of SASL, or off",
     [](G g, S s) { return read_path(g, s.cdr_kafka.password_file); },
     [](View s) { return text_or_off(s.cdr_kafka.password_file); }},
    {"cdr.kafka.options", Shape::structure, "options of librdkafka: {security.protocol: ssl}",
     [](G g, S s) { return read_named_texts(g, s.cdr_kafka.options); },
     [](View s) { return names_to_text(s.cdr_kafka.options); }},
};

}  // namespace

std::span<const Key> kafka_keys() {
  return kKeys;
}

}  // namespace sipsonde
