// SPDX-License-Identifier: Apache-2.0
// By librdkafka. Its threads speak with brokers; everything here runs in the caller's.
#include "kafka/kafka_producer.h"

#include <librdkafka/rdkafka.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "kafka/kafka_configuration.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

struct FreeTopic {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
struct FreeClient {
  void operator()(rd_kafka_t* client) const {
    rd_kafka_purge(client,
                   RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
    rd_kafka_destroy(client);
  }
};

// A record that no broker wants, whoever sends it and whenever. Everything else is of the cluster, of the
// topic or of what we are allowed to.
KafkaFate fate_of(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return KafkaFate::stored;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:  // of a batch, too
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
      return KafkaFate::refused;
    default:
      return KafkaFate::later;
  }
}

std::string text_of(rd_kafka_resp_err_t error) {
  return std::string(rd_kafka_err2name(error)) + ": " + rd_kafka_err2str(error);
}

class Producer : public KafkaProducer {
 public:
  ~Producer() override = default;

  Result<Done> open(const KafkaSettings& settings, const std::string& topic) {
    auto configuration = configure_kafka(settings);
    if (!configuration) return configuration.error();
    rd_kafka_conf_set_opaque(configuration->get(), this);
    rd_kafka_conf_set_dr_msg_cb(configuration->get(), &Producer::take_report);
    rd_kafka_conf_set_error_cb(configuration->get(), &Producer::take_error);
    rd_kafka_conf_set_log_cb(configuration->get(), &Producer::take_log);
    char problem[512] = {};
    client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, configuration->get(), problem, sizeof problem));
    if (!client_) return Error{"cdr.kafka: " + std::string(problem) + "; see cdr.kafka.options", 2};
    static_cast<void>(configuration->release());  // the client's from here on
    topic_.reset(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
    if (!topic_) return Error{"cdr.kafka: topic \"" + topic + "\": " + text_of(rd_kafka_last_error()), 2};
    return Done{};
  }

  bool produce(const KafkaMessage& message) override {
    // librdkafka copies; it does not write through the pointer.
    void* const value = const_cast<char*>(message.value.data());
    const void* const key = message.key.empty() ? nullptr : message.key.data();
    if (rd_kafka_produce(topic_.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value,
                         message.value.size(), key, message.key.size(),
                         reinterpret_cast<void*>(message.id)) == 0)
      return true;
    const rd_kafka_resp_err_t error = rd_kafka_last_error();
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
    note(message.id, error, text_of(error));
    return true;
  }

  std::vector<KafkaReport> wait_for_reports(std::chrono::milliseconds longest) override {
    rd_kafka_poll(client_.get(), reports_.empty() ? static_cast<int>(longest.count()) : 0);
    return std::exchange(reports_, {});
  }

  std::optional<std::string> trouble() const override { return trouble_; }
  bool is_dead() const override { return dead_; }

 private:
  void note(std::uint64_t id, rd_kafka_resp_err_t error, std::string reason) {
    const KafkaFate fate = fate_of(error);
    if (fate == KafkaFate::stored)
      trouble_.reset();
    else if (fate == KafkaFate::later)
      trouble_ = reason;
    if (fate == KafkaFate::stored) reason.clear();
    reports_.push_back({id, fate, std::move(reason)});
  }

  // ---- called by rd_kafka_poll() ----

  static void take_report(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
    const auto id = reinterpret_cast<std::uintptr_t>(message->_private);
    static_cast<Producer*>(self)->note(id, message->err,
                                       message->err ? text_of(message->err) : std::string{});
  }

  // Each broker that cannot be reached is told of; that all are lost once, in a text that does not say why.
  static void take_error(rd_kafka_t* client, int code, const char* reason, void* self) {
    auto& producer = *static_cast<Producer*>(self);
    const auto error = static_cast<rd_kafka_resp_err_t>(code);
    spdlog::debug("kafka: {}: {}", rd_kafka_err2name(error), reason);
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
      char text[512] = {};
      rd_kafka_fatal_error(client, text, sizeof text);
      producer.dead_ = true;
      producer.trouble_ = text;
    } else if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
      producer.trouble_ = producer.of_a_broker_.empty() ? std::string(reason) : producer.of_a_broker_;
    } else {
      producer.of_a_broker_ = reason;
      const bool of_us = error == RD_KAFKA_RESP_ERR__AUTHENTICATION || error == RD_KAFKA_RESP_ERR__SSL ||
                         error == RD_KAFKA_RESP_ERR__RESOLVE;
      if (of_us || producer.trouble_) producer.trouble_ = reason;
    }
  }

  // By any of its threads. What matters is told as an error, too; this goes on for as long as a broker is
  // away.
  static void take_log(const rd_kafka_t*, int, const char*, const char* text) {
    spdlog::debug("kafka: {}", text);
  }

  std::vector<KafkaReport> reports_;
  std::optional<std::string> trouble_;
  std::string of_a_broker_;
  bool dead_ = false;
  std::unique_ptr<rd_kafka_t, FreeClient> client_;
  std::unique_ptr<rd_kafka_topic_t, FreeTopic> topic_;  // last: it goes before its client
};

}  // namespace

Result<std::unique_ptr<KafkaProducer>> open_kafka_producer(const KafkaSettings& settings,
                                                           const std::string& topic) {
  auto producer = std::make_unique<Producer>();
  if (auto done = producer->open(settings, topic); !done) return done.error();
  return std::unique_ptr<KafkaProducer>(std::move(producer));
}

}  // namespace sipsonde
