// SPDX-License-Identifier: Apache-2.0
// How calls sounded: what the rows of legs say of their media, once each, at the end of a leg.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "facts/fact.h"
#include "metrics/media_edges.h"

namespace sipsonde {

class CallQuality : public prometheus::Collectable {
 public:
  // On any thread, without a lock or an allocation. What a row does not know is not observed. Its MOS is not
  // either when something of the leg was lost here and not on the way to here (Coverage::lossy), and when it
  // is of the wideband scale, which one series cannot share with the narrowband one (ITU-T G.107.1).
  void count(const CallRecord& record);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  MediaTimeHistogram round_trip_;
  MediaTimeHistogram jitter_;
  LossHistogram loss_;
  MosHistogram mos_;
};

}  // namespace sipsonde
