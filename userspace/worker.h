// SPDX-License-Identifier: Apache-2.0
// One worker: its ring's samples become messages, messages move calls, calls state facts. It shares nothing
// with other workers but what is atomic.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "calls/call_table.h"
#include "calls/leg_inquiry.h"
#include "decode/reassembly.h"
#include "finisher.h"
#include "flows/flow_table.h"
#include "metrics/agent_malformed.h"
#include "metrics/call_tally.h"
#include "metrics/worker_metrics.h"
#include "probe/probe.h"
#include "ring/sample_ring.h"
#include "sinks/sink_set.h"

namespace sipsonde {

// How much a worker has stated.
struct Stated {
  std::uint64_t events = 0;
  std::uint64_t legs = 0;
  std::uint64_t answered = 0;
};

// What all workers share; outlives them.
struct WorkerSurroundings {
  const CallSurroundings& calls;
  const Probe& probe;
  const std::atomic<std::uint64_t>& interface_drops;  // how often packets were lost before our hooks
  AgentMalformed& malformed;
  CallTally& tally;
  const FinishingTables& finishing;
  SinkSet& sinks;
};

class Worker {
 public:
  // `script`: this worker's own, nullptr when there is none.
  static Result<std::unique_ptr<Worker>> open(unsigned number, const WorkerSurroundings& surroundings,
                                              LegScript* script);

  // Live: drains and advances until `stop`, then drains what is left. Runs on the calling thread.
  void run(const std::atomic<bool>& stop);

  // Replay: what the last frame brought, then event time up to `now_ns`.
  void step(std::uint64_t now_ns);

  // The sight ends: open legs are written as `cut`, and everything stated goes to the sinks.
  void close(std::uint64_t now_ns);

  // For the metrics page, from any thread.
  const CallGauges& gauges() const { return calls_.gauges(); }
  const FragmentTable& fragments() const { return fragments_; }
  const FlowTable& flows() const { return flows_; }
  const WorkerLag& lag() const { return lag_; }

  // How often it has looked at its ring: one that stands still is stuck.
  std::uint64_t turns() const { return turns_.load(std::memory_order_relaxed); }
  // For whoever wants to know of legs that have not ended, from any thread; answered while run() runs.
  LegInquiry& inquiry() { return inquiry_; }

  // On the worker's own thread.
  const Stated& stated() const { return stated_; }

 private:
  Worker(unsigned number, const WorkerSurroundings& surroundings, LegScript* script, Finisher finisher);

  void drain(std::uint64_t until_ns);
  void handle(const Sample& sample);
  void handle_message(const sipsonde_event& head, std::string_view payload);
  void handle_media(const sipsonde_event& head, std::string_view payload);
  void handle_segment(const sipsonde_event& head, std::string_view payload);
  void handle_datagram(const Datagram& datagram);
  void pass_on(const sipsonde_event& head, std::string_view payload, std::uint32_t call_hash);
  void note_losses();
  void publish(std::uint64_t now_ns);
  void answer_inquiry();

  const unsigned number_;
  const WorkerSurroundings surroundings_;
  const FactWishes wishes_;
  CallTable calls_;
  Finisher finisher_;
  FragmentTable fragments_;
  FlowTable flows_;
  WorkerLag lag_;
  LegInquiry inquiry_;
  Stated stated_;
  std::uint64_t dropped_seen_ = 0;
  std::uint64_t interface_drops_seen_ = 0;
  std::uint64_t handled_at_ns_ = 0;  // the monotonic clock, read once in a while
  unsigned since_clock_ = 0;
  std::atomic<std::uint64_t> turns_{0};
  std::unique_ptr<SampleRing> ring_;
};

}  // namespace sipsonde
