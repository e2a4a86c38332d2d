// SPDX-License-Identifier: Apache-2.0
#include "metrics/call_metrics.h"

#include "metrics/series.h"

namespace sipsonde {

std::vector<prometheus::MetricFamily> CallMetrics::Collect() const {
  std::int64_t dialogs = 0;
  std::uint64_t evicted_calls = 0;
  std::uint64_t evicted_ended_calls = 0;
  std::uint64_t evicted_transactions = 0;
  std::uint64_t refused_endpoints = 0;
  for (const CallGauges* gauges : gauges_) {
    dialogs += gauges->dialogs.load(std::memory_order_relaxed);
    evicted_calls += gauges->evicted_calls.load(std::memory_order_relaxed);
    evicted_ended_calls += gauges->evicted_ended_calls.load(std::memory_order_relaxed);
    evicted_transactions += gauges->evicted_transactions.load(std::memory_order_relaxed);
    refused_endpoints += gauges->refused_endpoints.load(std::memory_order_relaxed);
  }
  Series sessions("sip_dialog_sessions");
  sessions.add({}, static_cast<double>(dialogs));
  Series evictions("sipsonde_evictions_total", 4);
  evictions.add_counted({"calls"}, evicted_calls);
  evictions.add_counted({"ended-calls"}, evicted_ended_calls);
  evictions.add_counted({"agent-transactions"}, evicted_transactions);
  evictions.add_counted({"media-endpoints"}, refused_endpoints);
  if (links_) evictions.add_counted({"links"}, links_->evicted());
  return {active(), sessions.take(), evictions.take()};
}

prometheus::MetricFamily CallMetrics::active() const {
  Series series("sip_calls_active", trunks_.size());
  for (std::size_t trunk = 0; trunk < trunks_.size(); ++trunk) {
    std::int64_t active = 0;
    for (const CallGauges* gauges : gauges_)
      if (trunk < gauges->active.size()) active += gauges->active[trunk].load(std::memory_order_relaxed);
    if (active != 0) seen_[trunk].store(true, std::memory_order_relaxed);
    if (series.shows_zero() || seen_[trunk].load(std::memory_order_relaxed))
      series.add({trunks_[trunk].tenant, trunks_[trunk].name}, static_cast<double>(active));
  }
  return series.take();
}

}  // namespace sipsonde
