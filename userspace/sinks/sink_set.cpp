// SPDX-License-Identifier: Apache-2.0
#include "sinks/sink_set.h"

#include "metrics/series.h"
#include "sinks/direct.h"
#include "sinks/queue.h"
#include "sinks/store_sink.h"

namespace sipsonde {

SinkSet::SinkSet(std::vector<std::unique_ptr<Sink>> sinks, Delivery delivery, std::size_t queue_facts) {
  for (auto& sink : sinks) {
    wishes_.messages |= sink->wishes().messages;
    wishes_.rtcp_reports |= sink->wishes().rtcp_reports;
    const std::size_t limit = sink->queue_limit().value_or(queue_facts);
    if (delivery == Delivery::queued)
      outlets_.push_back(std::make_unique<SinkQueue>(std::move(sink), limit));
    else
      outlets_.push_back(std::make_unique<DirectOutlet>(std::move(sink)));
  }
}

void SinkSet::consume(const FactBatch& batch) {
  for (const auto& outlet : outlets_) outlet->offer(batch);
}

void SinkSet::reopen() {
  for (const auto& outlet : outlets_) outlet->request_reopen();
}

Result<Done> SinkSet::stop(std::chrono::steady_clock::time_point deadline) {
  for (const auto& outlet : outlets_)
    if (!outlet->reads_store()) outlet->close(deadline);
  for (const auto& outlet : outlets_)
    if (outlet->name() == StoreSink::kName) (void)outlet->join();  // told below
  for (const auto& outlet : outlets_)
    if (outlet->reads_store()) outlet->close(deadline);
  Result<Done> outcome = Done{};
  for (const auto& outlet : outlets_) {
    auto joined = outlet->join();
    if (!joined && outcome) outcome = joined;
  }
  return outcome;
}

Result<Done> SinkSet::stop() {
  return stop(std::chrono::steady_clock::now() + std::chrono::seconds(10));
}

std::vector<prometheus::MetricFamily> SinkSet::Collect() const {
  Series sent("sipsonde_sink_sent_total");
  Series failed("sipsonde_sink_failed_total");
  Series dropped("sipsonde_sink_dropped_total");
  Series depth("sipsonde_sink_queue_depth");
  Series shed("sipsonde_jobs_shed_total");
  Series evictions("sipsonde_evictions_total");
  std::uint64_t all_dropped = 0;
  for (const auto& outlet : outlets_) {
    const SinkTally& tally = outlet->tally();
    const std::uint64_t dropped_here = tally.dropped.load(std::memory_order_relaxed);
    sent.add_counted({outlet->name()}, tally.sent.load(std::memory_order_relaxed));
    failed.add_counted({outlet->name()}, tally.failed.load(std::memory_order_relaxed));
    dropped.add_counted({outlet->name()}, dropped_here);
    depth.add({outlet->name()}, static_cast<double>(outlet->depth()));
    all_dropped += dropped_here;
    if (const auto evicted = outlet->evictions()) evictions.add_counted({evicted->table}, evicted->count);
  }
  shed.add_counted({}, all_dropped);
  return {sent.take(), failed.take(), dropped.take(), depth.take(), shed.take(), evictions.take()};
}

}  // namespace sipsonde
