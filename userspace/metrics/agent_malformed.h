// SPDX-License-Identifier: Apache-2.0
// Messages that the kernel counted as requests or responses and that full parsing found broken: the part
// stage="agent" of sip_malformed_total.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "sipsonde/protocol.h"

namespace sipsonde {

class AgentMalformed : public prometheus::Collectable {
 public:
  // From any worker. A number outside of the list is not counted.
  void count(sipsonde_malformed reason) {
    if (static_cast<std::size_t>(reason) < counted_.size())
      counted_[static_cast<std::size_t>(reason)].fetch_add(1, std::memory_order_relaxed);
  }

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::array<std::atomic<std::uint64_t>, SIPSONDE_MALFORMED_COUNT> counted_{};
};

}  // namespace sipsonde
