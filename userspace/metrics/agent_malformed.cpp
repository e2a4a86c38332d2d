// SPDX-License-Identifier: Apache-2.0
#include "metrics/agent_malformed.h"

#include "base/labels.h"
#include "metrics/series.h"

namespace sipsonde {

std::vector<prometheus::MetricFamily> AgentMalformed::Collect() const {
  Series series("sip_malformed_total", counted_.size());
  for (std::size_t reason = SIPSONDE_MALFORMED_none + 1; reason < counted_.size(); ++reason) {
    const std::uint64_t counted = counted_[reason].load(std::memory_order_relaxed);
    // The kernel finds most of the reasons up to `truncated` first; here they come from messages whose
    // headers it had deferred.
    if (reason > SIPSONDE_MALFORMED_truncated || counted > 0)
      series.add_counted({label(static_cast<sipsonde_malformed>(reason)), "agent"}, counted);
  }
  return {series.take()};
}

}  // namespace sipsonde
