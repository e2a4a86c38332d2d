// SPDX-License-Identifier: Apache-2.0
#include "metrics/media_reports.h"

#include <algorithm>
#include <set>

#include "metrics/latency.h"
#include "metrics/series.h"

namespace sipsonde {

MediaReports::MediaReports(const TrunkTable& trunks, ActiveStreams active) : active_(std::move(active)) {
  std::set<std::string_view> names;
  for (const TrunkRule& trunk : trunks) names.insert(trunk.tenant);
  for (const std::string_view name : names) tenants_.push_back(std::make_unique<Tenant>(name));
  otherwise_ = &tenant_of(trunks.back().tenant);
}

MediaReports::Tenant& MediaReports::tenant_of(std::string_view name) {
  const auto found = std::ranges::lower_bound(
      tenants_, name, {}, [](const auto& tenant) { return std::string_view(tenant->name); });
  return found != tenants_.end() && (*found)->name == name ? **found : *otherwise_;
}

void MediaReports::advance(std::uint64_t now_ns) {
  now_second_.store(now_ns / kNsPerSecond, std::memory_order_relaxed);
}

void MediaReports::observe(std::string_view name, std::optional<double> jitter_ms, std::optional<double> mos,
                           std::uint64_t lost, std::uint64_t expected) {
  Tenant& tenant = tenant_of(name);
  if (jitter_ms) tenant.jitter.observe(*jitter_ms);
  if (mos) tenant.mos.observe(*mos);
  const std::uint64_t now = now_second_.load(std::memory_order_relaxed);
  // The whole before the part, so that no reading in between sees more lost than expected.
  tenant.packets.add(now, now, kExpected, expected);
  tenant.packets.add(now, now, kLost, std::min(lost, expected));
}

std::vector<prometheus::MetricFamily> MediaReports::Collect() const {
  Series jitter("rtp_jitter_ms", tenants_.size());
  Series mos("rtp_estimated_mos", tenants_.size());
  Series loss("rtp_loss_ratio", tenants_.size());
  Series active("rtp_streams_active");
  const std::uint64_t now = now_second_.load(std::memory_order_relaxed);
  for (const auto& tenant : tenants_) {
    jitter.add_observed({tenant->name}, tenant->jitter.reading());
    mos.add_observed({tenant->name}, tenant->mos.reading());
    const auto packets = tenant->packets.sums(now);
    if (packets[kExpected] > 0)
      loss.add({tenant->name},
               std::min(1.0, static_cast<double>(packets[kLost]) / static_cast<double>(packets[kExpected])));
  }
  active.add({}, static_cast<double>(active_()));
  return {jitter.take(), mos.take(), loss.take(), active.take()};
}

}  // namespace sipsonde
