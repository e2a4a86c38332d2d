// SPDX-License-Identifier: Apache-2.0
// All sinks of a run, as one: workers give it what they stated, the scrape asks it what became of that.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <memory>
#include <utility>
#include <vector>

#include "sinks/outlet.h"
#include "sinks/sink.h"

namespace sipsonde {

enum class Delivery : std::uint8_t {
  queued,  // live: a worker never waits; a full queue drops
  direct,  // replay: written at once, from one thread; nothing is dropped
};

class SinkSet : public prometheus::Collectable {
 public:
  // `queue_facts` bounds each queue: limits.queue.
  SinkSet(std::vector<std::unique_ptr<Sink>> sinks, Delivery delivery, std::size_t queue_facts);

  // One more, which brings its facts itself. Before the first batch.
  void add(std::unique_ptr<Outlet> outlet) { outlets_.push_back(std::move(outlet)); }

  // What any of them asks for.
  FactWishes wishes() const { return wishes_; }

  // With Delivery::queued from any thread.
  void consume(const FactBatch& batch);
  // SIGHUP; not from the signal handler itself.
  void reopen();
  // Flushes all, at most until `deadline`; the first error. Nothing is taken afterwards. Once.
  Result<Done> stop(std::chrono::steady_clock::time_point deadline);
  Result<Done> stop();  // the usual deadline: ten seconds from now

  // sipsonde_sink_* and sipsonde_jobs_shed_total.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  FactWishes wishes_;
  std::vector<std::unique_ptr<Outlet>> outlets_;
};

}  // namespace sipsonde
