// SPDX-License-Identifier: Apache-2.0
// What the call tables of all workers hold at this moment.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <atomic>
#include <vector>

#include "calls/call_table.h"
#include "config/settings.h"
#include "links/link_table.h"

namespace sipsonde {

class CallMetrics : public prometheus::Collectable {
 public:
  // One of `gauges` for each worker; `links` may be nullptr. All outlive this.
  CallMetrics(const TrunkTable& trunks, std::vector<const CallGauges*> gauges,
              const LinkTable* links = nullptr)
      : trunks_(trunks), gauges_(std::move(gauges)), links_(links), seen_(trunks.size()) {}

  // sip_calls_active, sip_dialog_sessions and the agent's part of sipsonde_evictions_total.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  prometheus::MetricFamily active() const;

  const TrunkTable& trunks_;
  std::vector<const CallGauges*> gauges_;
  const LinkTable* links_;
  // Of many trunks only those that had a call are shown, and then for good: a gauge goes back to 0.
  mutable std::vector<std::atomic<bool>> seen_;
};

}  // namespace sipsonde
