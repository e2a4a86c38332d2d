// SPDX-License-Identifier: Apache-2.0
// The blocks cdr.clickhouse and cdr.kafka.
#include <gtest/gtest.h>

#include "config/load.h"
#include "config/schema.h"

namespace sipsonde {
namespace {

Result<LoadedSettings> load(std::vector<std::string> environment) {
  SettingsSources sources;
  sources.environment = std::move(environment);
  return load_settings(sources);
}

TEST(WarehouseKeys, BothAreOffUntilTheyAreToldWhere) {
  const auto loaded = load({});
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->settings.cdr_clickhouse.is_on());
  EXPECT_FALSE(loaded->settings.cdr_kafka.sends_records());
  EXPECT_FALSE(loaded->settings.cdr_kafka.sends_events());
  EXPECT_FALSE(loaded->settings.store);
}

TEST(WarehouseKeys, RecordsSwitchTheStoreOnAndEventsDoNot) {
  EXPECT_TRUE(load({"SIPSONDE_CDR_CLICKHOUSE_URL=http://127.0.0.1:8123"})->settings.store);
  EXPECT_TRUE(load({"SIPSONDE_CDR_KAFKA_BROKERS=127.0.0.1:9092"})->settings.store);
  const auto events = load({"SIPSONDE_CDR_KAFKA_BROKERS=127.0.0.1:9092", "SIPSONDE_CDR_KAFKA_TOPIC=off"});
  ASSERT_TRUE(events) << events.error().message;
  EXPECT_TRUE(events->settings.cdr_kafka.sends_events());
  EXPECT_FALSE(events->settings.store);
}

TEST(WarehouseKeys, BrokersAreAListOfHostsAndPorts) {
  const auto loaded = load({"SIPSONDE_CDR_KAFKA_BROKERS=a.example:9092, [2001:db8::1]:9093"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->settings.cdr_kafka.brokers, "a.example:9092,[2001:db8::1]:9093");
}

TEST(WarehouseKeys, OptionsAreThoseOfLibrdkafkaAndTheirValuesAreNotShown) {
  const auto loaded = load({"SIPSONDE_CDR_KAFKA_BROKERS=a.example:9092",
                            "SIPSONDE_CDR_KAFKA_OPTIONS={security.protocol: ssl, linger.ms: 50}"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  using Option = std::pair<std::string, std::string>;
  EXPECT_EQ(loaded->settings.cdr_kafka.options,
            (std::vector<Option>{{"security.protocol", "ssl"}, {"linger.ms", "50"}}));
  EXPECT_EQ(find_key("cdr.kafka.options")->show(loaded->settings).find("ssl:"), std::string::npos);
  EXPECT_EQ(find_key("cdr.kafka.options")->show(loaded->settings).find("50"), std::string::npos);
}

TEST(WarehouseKeys, WhatCannotBeIsRefused) {
  constexpr const char* kCases[] = {
      "SIPSONDE_CDR_CLICKHOUSE_URL=127.0.0.1:8123",
      "SIPSONDE_CDR_CLICKHOUSE_URL=http://user:secret@127.0.0.1:8123",
      "SIPSONDE_CDR_CLICKHOUSE_URL=ftp://127.0.0.1",
      "SIPSONDE_CDR_CLICKHOUSE_DATABASE=",
      "SIPSONDE_CDR_CLICKHOUSE_USER=a\x01",
      "SIPSONDE_CDR_CLICKHOUSE_CREATE=maybe",
      "SIPSONDE_CDR_KAFKA_BROKERS=a.example",
      "SIPSONDE_CDR_KAFKA_BROKERS=a.example:9092,,b.example:9092",
      "SIPSONDE_CDR_KAFKA_BROKERS=a.example:9092 b.example:9092",
      "SIPSONDE_CDR_KAFKA_TOPIC=two words",
      "SIPSONDE_CDR_KAFKA_EVENTS_TOPIC=..",
      "SIPSONDE_CDR_KAFKA_OPTIONS=[a]",
      "SIPSONDE_CDR_KAFKA_TOPIC=without.brokers",
      "SIPSONDE_CDR_CLICKHOUSE_CREATE=false",  // without a URL
  };
  for (const char* const variable : kCases) {
    const auto refused = load({variable});
    ASSERT_FALSE(refused) << variable;
    EXPECT_EQ(refused.error().exit_code, 2) << variable;
  }
}

}  // namespace
}  // namespace sipsonde
