// SPDX-License-Identifier: Apache-2.0
// In the place of kafka_producer.cpp where the build has no librdkafka (SIPSONDE_KAFKA).
#include "kafka/kafka_producer.h"

namespace sipsonde {

Result<std::unique_ptr<KafkaProducer>> open_kafka_producer(const KafkaSettings& /*settings*/,
                                                           const std::string& /*topic*/) {
  return Error{
      "cdr.kafka: this build has no librdkafka; remove the block, or build it with librdkafka-dev and "
      "-DSIPSONDE_KAFKA=ON",
      2};
}

}  // namespace sipsonde
