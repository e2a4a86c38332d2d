// SPDX-License-Identifier: Apache-2.0
#include "metrics/call_quality.h"

#include "metrics/series.h"

namespace sipsonde {
namespace {

template <typename Histogram>
prometheus::MetricFamily family_of(FamilyName name, const Histogram& histogram) {
  Series series(name);
  series.add_observed({}, histogram.reading());
  return series.take();
}

}  // namespace

void CallQuality::count(const CallRecord& record) {
  if (record.rtt_ms) round_trip_.observe(*record.rtt_ms);
  if (record.jitter_ms) jitter_.observe(*record.jitter_ms);
  if (record.loss_fraction) loss_.observe(*record.loss_fraction);
  if (record.estimated_mos && record.coverage != Coverage::lossy && !record.mos_is_wideband)
    mos_.observe(*record.estimated_mos);
}

std::vector<prometheus::MetricFamily> CallQuality::Collect() const {
  return {family_of("sip_call_rtt_ms", round_trip_), family_of("sip_call_jitter_ms", jitter_),
          family_of("sip_call_loss_fraction", loss_), family_of("sip_call_mos_estimate", mos_)};
}

}  // namespace sipsonde
