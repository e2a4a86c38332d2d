// SPDX-License-Identifier: Apache-2.0
#include "kafka/kafka_configuration.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/input_file.h"

namespace sipsonde {
namespace {

struct Option {
  const char* name;
  const char* value;
};

// Where librdkafka's defaults are others (CONFIGURATION.md).
constexpr Option kOurs[] = {
    {"client.id", "sipsonde"},
    {"enable.idempotence", "true"},
    {"acks", "all"},
    {"compression.codec", "zstd"},
    {"partitioner", "murmur2_random"},  // a key goes where Java's producers put it
    {"message.timeout.ms", "0"},        // who hands a message over decides how long to wait
    {"queue.buffering.max.messages", "20000"},
    {"queue.buffering.max.kbytes", "65536"},
    {"reconnect.backoff.max.ms", "2000"},
    {"socket.keepalive.enable", "true"},
    {"log.connection.close", "false"},
};

// Said elsewhere in the settings, or what order and "once" rest on.
constexpr std::array<std::string_view, 5> kNotForOptions = {
    "bootstrap.servers", "metadata.broker.list", "enable.idempotence", "acks", "request.required.acks"};

constexpr std::size_t kPasswordLongest = 8192;

Result<Done> set(rd_kafka_conf_t* configuration, const std::string& key, const char* name,
                 const char* value) {
  char problem[512] = {};
  if (rd_kafka_conf_set(configuration, name, value, problem, sizeof problem) == RD_KAFKA_CONF_OK)
    return Done{};
  return Error{key + ": " + problem, 2};
}

Result<Done> set_password(rd_kafka_conf_t* configuration, const std::string& path) {
  auto file = read_input_file(path, kPasswordLongest);
  if (!file)
    return Error{
        "cdr.kafka.password_file: read \"" + path + "\": " + file.error().message + "; name a readable file",
        2};
  const std::size_t end = file->bytes.find_first_of("\r\n");
  return set(configuration, "cdr.kafka.password_file", "sasl.password", file->bytes.substr(0, end).c_str());
}

}  // namespace

Result<KafkaConfiguration> configure_kafka(const KafkaSettings& settings) {
  KafkaConfiguration configuration(rd_kafka_conf_new());
  for (const Option& option : kOurs)
    if (auto done = set(configuration.get(), "cdr.kafka", option.name, option.value); !done)
      return done.error();
  if (auto done =
          set(configuration.get(), "cdr.kafka.brokers", "bootstrap.servers", settings.brokers.c_str());
      !done)
    return done.error();
  if (!settings.password_file.empty())
    if (auto done = set_password(configuration.get(), settings.password_file); !done) return done.error();
  for (const auto& [name, value] : settings.options) {
    if (std::ranges::find(kNotForOptions, std::string_view(name)) != kNotForOptions.end())
      return Error{"cdr.kafka.options: " + name + " is not for options; remove it", 2};
    if (auto done = set(configuration.get(), "cdr.kafka.options", name.c_str(), value.c_str()); !done)
      return done.error();
  }
  return configuration;
}

}  // namespace sipsonde
