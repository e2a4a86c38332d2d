// SPDX-License-Identifier: Apache-2.0
#include "cdr/receivers.h"

#include "cdr/clickhouse.h"
#include "cdr/delivery.h"
#include "cdr/file_receiver.h"
#include "cdr/http_receiver.h"
#include "cdr/kafka.h"
#include "cdr/syslog_receiver.h"

namespace sipsonde {
namespace {

using MadeReceiver = Result<std::unique_ptr<CdrReceiver>>;  // null: not configured

template <typename Receiver>
MadeReceiver as_receiver(Result<std::unique_ptr<Receiver>> opened) {
  if (!opened) return opened.error();
  return std::unique_ptr<CdrReceiver>(*std::move(opened));
}

MadeReceiver make_file(const Settings& settings) {
  if (!settings.cdr_file_reads_store()) return std::unique_ptr<CdrReceiver>{};
  return as_receiver(FileReceiver::open(*settings.cdr_file, settings.cdr_format));
}

MadeReceiver make_http(const Settings& settings) {
  if (!settings.cdr_http.is_on()) return std::unique_ptr<CdrReceiver>{};
  return as_receiver(HttpReceiver::open(settings.cdr_http));
}

MadeReceiver make_syslog(const Settings& settings) {
  if (!settings.cdr_syslog.is_on()) return std::unique_ptr<CdrReceiver>{};
  return as_receiver(SyslogReceiver::open(settings.cdr_syslog, settings.node));
}

MadeReceiver make_clickhouse(const Settings& settings) {
  if (!settings.cdr_clickhouse.is_on()) return std::unique_ptr<CdrReceiver>{};
  return as_receiver(ClickHouseReceiver::open(settings.cdr_clickhouse));
}

MadeReceiver make_kafka(const Settings& settings) {
  const KafkaSettings& kafka = settings.cdr_kafka;
  if (!kafka.sends_records()) return std::unique_ptr<CdrReceiver>{};
  return as_receiver(KafkaReceiver::open([kafka] { return open_kafka_producer(kafka, kafka.topic); }));
}

constexpr MadeReceiver (*kMakers[])(const Settings& settings) = {
    make_file, make_http, make_syslog, make_clickhouse, make_kafka,
};

}  // namespace

Result<std::vector<std::unique_ptr<Outlet>>> make_deliveries(const Settings& settings) {
  std::vector<std::unique_ptr<Outlet>> deliveries;
  if (!settings.store) return deliveries;
  for (const auto make : kMakers) {
    auto receiver = make(settings);
    if (!receiver) return receiver.error();
    if (!*receiver) continue;
    auto delivery = CdrDelivery::open(settings.store->path, *std::move(receiver));
    if (!delivery) return delivery.error();
    deliveries.push_back(*std::move(delivery));
  }
  return deliveries;
}

}  // namespace sipsonde
