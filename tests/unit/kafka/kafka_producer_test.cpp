// SPDX-License-Identifier: Apache-2.0
// Against the cluster that librdkafka brings along for tests: brokers in this process that speak the
// protocol.
#include "kafka/kafka_producer.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <fstream>

#include "unit/sinks/temporary_directory.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

constexpr std::int16_t kProduce = 0;  // of the requests of the protocol

class Cluster {
 public:
  Cluster() {
    rd_kafka_conf_t* const configuration = rd_kafka_conf_new();
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nullptr, 0);
    mock_ = rd_kafka_mock_cluster_new(client_, 1);
    rd_kafka_mock_topic_create(mock_, "sip.cdr", 3, 1);
  }
  ~Cluster() {
    rd_kafka_mock_cluster_destroy(mock_);
    rd_kafka_destroy(client_);
  }

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(mock_); }
  rd_kafka_mock_cluster_t* mock() const { return mock_; }

  // Values of each partition, in order.
  std::vector<std::vector<std::string>> partitions(std::size_t messages) const {
    std::vector<std::vector<std::string>> values(3);
    rd_kafka_conf_t* const configuration = rd_kafka_conf_new();
    rd_kafka_conf_set(configuration, "bootstrap.servers", brokers().c_str(), nullptr, 0);
    rd_kafka_conf_set(configuration, "group.id", "test", nullptr, 0);
    rd_kafka_t* const consumer = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, nullptr, 0);
    rd_kafka_topic_partition_list_t* const all = rd_kafka_topic_partition_list_new(3);
    for (std::int32_t partition = 0; partition < 3; ++partition)
      rd_kafka_topic_partition_list_add(all, "sip.cdr", partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer, all);
    for (int tries = 0; messages > 0 && tries < 300; ++tries) {
      rd_kafka_message_t* const message = rd_kafka_consumer_poll(consumer, 100);
      if (!message) continue;
      if (!message->err) {
        --messages;
        values[static_cast<std::size_t>(message->partition)].emplace_back(
            static_cast<const char*>(message->payload), message->len);
      }
      rd_kafka_message_destroy(message);
    }
    rd_kafka_topic_partition_list_destroy(all);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return values;
  }

 private:
  rd_kafka_t* client_;
  rd_kafka_mock_cluster_t* mock_;
};

std::vector<KafkaReport> reports_of(KafkaProducer& producer, std::size_t count) {
  std::vector<KafkaReport> all;
  for (int tries = 0; all.size() < count && tries < 300; ++tries)
    for (KafkaReport& report : producer.wait_for_reports(100ms)) all.push_back(std::move(report));
  return all;
}

TEST(KafkaProducer, KeepsTheMessagesOfAKeyInOrderInThePartitionWhereJavaWouldPutIt) {
  const Cluster cluster;
  const auto producer = open_kafka_producer({.brokers = cluster.brokers()}, "sip.cdr");
  ASSERT_TRUE(producer) << producer.error().message;
  // Partitions as org.apache.kafka.common.utils.Utils.murmur2 gives them.
  constexpr std::array<const char*, 4> kKeys = {"a", "abc", "hello", "a84b4c76e66710@pc33"};
  for (std::uint64_t id = 0; id < 8; ++id)
    ASSERT_TRUE((*producer)->produce({.id = id, .key = kKeys[id % 4], .value = std::to_string(id)}));
  const auto reports = reports_of(**producer, 8);
  ASSERT_EQ(reports.size(), 8u);
  for (const KafkaReport& report : reports) EXPECT_EQ(report.fate, KafkaFate::stored) << report.reason;
  EXPECT_FALSE((*producer)->trouble());
  const auto partitions = cluster.partitions(8);
  EXPECT_THAT(partitions[0], testing::ElementsAre("1", "2", "5", "6"));
  EXPECT_THAT(partitions[1], testing::ElementsAre("0", "4"));
  EXPECT_THAT(partitions[2], testing::ElementsAre("3", "7"));
}

TEST(KafkaProducer, ABrokerThatFailsForAWhileIsAskedAgainByItself) {
  const Cluster cluster;
  rd_kafka_mock_push_request_errors(cluster.mock(), kProduce, 2, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                    RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT);
  const auto producer = open_kafka_producer({.brokers = cluster.brokers()}, "sip.cdr");
  ASSERT_TRUE((*producer)->produce({.id = 7, .key = "a", .value = "once"}));
  const auto reports = reports_of(**producer, 1);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].id, 7u);
  EXPECT_EQ(reports[0].fate, KafkaFate::stored) << reports[0].reason;
}

TEST(KafkaProducer, TellsWhatABrokerRefusesFromWhatItMayTakeLater) {
  struct {
    rd_kafka_resp_err_t error;
    KafkaFate fate;
  } constexpr kCases[] = {
      {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, KafkaFate::refused},
      {RD_KAFKA_RESP_ERR_INVALID_RECORD, KafkaFate::refused},
      {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, KafkaFate::later},
  };
  for (const auto& [error, fate] : kCases) {
    const Cluster cluster;
    rd_kafka_mock_push_request_errors(cluster.mock(), kProduce, 1, error);
    const auto producer = open_kafka_producer({.brokers = cluster.brokers()}, "sip.cdr");
    ASSERT_TRUE((*producer)->produce({.key = "a", .value = "x"}));
    const auto reports = reports_of(**producer, 1);
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_EQ(reports[0].fate, fate) << rd_kafka_err2name(error);
    EXPECT_TRUE(reports[0].reason.starts_with(rd_kafka_err2name(error))) << reports[0].reason;
  }
}

TEST(KafkaProducer, AMessageThatNoBrokerWouldTakeIsRefusedAtOnce) {
  const auto producer = open_kafka_producer({.brokers = "127.0.0.1:1"}, "sip.cdr");
  ASSERT_TRUE((*producer)->produce({.id = 3, .key = "a", .value = std::string(2'000'000, 'x')}));
  const auto reports = (*producer)->wait_for_reports(0ms);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].fate, KafkaFate::refused);
}

TEST(KafkaProducer, HoldsNoMoreThanItMay) {
  const auto producer = open_kafka_producer(
      {.brokers = "127.0.0.1:1", .options = {{"queue.buffering.max.messages", "2"}}}, "sip.cdr");
  EXPECT_TRUE((*producer)->produce({.key = "a", .value = "1"}));
  EXPECT_TRUE((*producer)->produce({.key = "a", .value = "2"}));
  EXPECT_FALSE((*producer)->produce({.key = "a", .value = "3"}));
}

TEST(KafkaProducer, SaysWhyNobodyIsThere) {
  const auto producer = open_kafka_producer({.brokers = "127.0.0.1:1"}, "sip.cdr");
  for (int tries = 0; !(*producer)->trouble() && tries < 300; ++tries) (*producer)->wait_for_reports(100ms);
  ASSERT_TRUE((*producer)->trouble());
  EXPECT_NE((*producer)->trouble()->find("127.0.0.1:1"), std::string::npos) << *(*producer)->trouble();
}

TEST(KafkaProducer, SettingsThatCannotBeAreErrorsAtTheStart) {
  struct {
    KafkaSettings settings;
    const char* begin;
  } const kCases[] = {
      {{.options = {{"no.such.thing", "1"}}},
       "cdr.kafka.options: No such configuration property: \"no.such.thing\""},
      {{.options = {{"acks", "1"}}}, "cdr.kafka.options: acks is not for options"},
      {{.options = {{"enable.idempotence", "false"}}},
       "cdr.kafka.options: enable.idempotence is not for options"},
      {{.options = {{"bootstrap.servers", "x:1"}}},
       "cdr.kafka.options: bootstrap.servers is not for options"},
      {{.options = {{"security.protocol", "ssl"}, {"ssl.ca.location", "/nowhere.pem"}}}, "cdr.kafka: "},
      {{.password_file = "/nowhere/password"}, "cdr.kafka.password_file: read \"/nowhere/password\""},
  };
  for (auto [settings, begin] : kCases) {
    settings.brokers = "127.0.0.1:1";
    const auto refused = open_kafka_producer(settings, "sip.cdr");
    ASSERT_FALSE(refused) << begin;
    EXPECT_EQ(refused.error().exit_code, 2);
    EXPECT_TRUE(refused.error().message.starts_with(begin)) << refused.error().message;
  }
}

TEST(KafkaProducer, TakesThePasswordFromTheFirstLineOfItsFile) {
  TemporaryDirectory directory;
  std::ofstream(directory.file("password")) << "secret\n";
  const auto producer = open_kafka_producer({.brokers = "127.0.0.1:1",
                                             .password_file = directory.file("password"),
                                             .options = {{"security.protocol", "sasl_plaintext"},
                                                         {"sasl.mechanisms", "SCRAM-SHA-512"},
                                                         {"sasl.username", "edge"}}},
                                            "sip.cdr");
  EXPECT_TRUE(producer) << producer.error().message;
}

}  // namespace
}  // namespace sipsonde
