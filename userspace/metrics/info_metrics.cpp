// SPDX-License-Identifier: Apache-2.0
#include "metrics/info_metrics.h"

#include <sys/utsname.h>

#include "base/labels.h"
#include "metrics/series.h"

namespace sipsonde {

std::vector<prometheus::MetricFamily> AttachMetrics::Collect() const {
  Series series("sipsonde_attach_info");
  for (const Attachment& attachment : read_())
    series.add({attachment.interface, label(attachment.direction), attachment.hook}, 1);
  return {series.take()};
}

std::vector<prometheus::MetricFamily> BuildMetrics::Collect() const {
  utsname kernel{};
  uname(&kernel);
  Series series("sipsonde_build_info");
  series.add({version_, kernel.release}, 1);
  return {series.take()};
}

std::vector<prometheus::MetricFamily> CapacityMetrics::Collect() const {
  if (legs_ == 0) return {};
  Series series("sipsonde_call_capacity");
  series.add({}, legs_);
  return {series.take()};
}

}  // namespace sipsonde
