// SPDX-License-Identifier: Apache-2.0
// The settings in librdkafka's terms.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

#include "base/result.h"
#include "config/kafka_settings.h"

namespace sipsonde {

struct FreeKafkaConfiguration {
  void operator()(rd_kafka_conf_t* configuration) const { rd_kafka_conf_destroy(configuration); }
};
using KafkaConfiguration = std::unique_ptr<rd_kafka_conf_t, FreeKafkaConfiguration>;

// `options` outrank what we set for good measure, and may not touch what the promises of KafkaProducer rest
// on. Errors have exit code 2.
Result<KafkaConfiguration> configure_kafka(const KafkaSettings& settings);

}  // namespace sipsonde
