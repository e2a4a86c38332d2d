// SPDX-License-Identifier: Apache-2.0
// What is reported of running streams every ten seconds, by tenant: rtp_jitter_ms, rtp_estimated_mos and
// rtp_loss_ratio; and how many streams there are.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "media/stream_reports.h"
#include "metrics/media_edges.h"
#include "metrics/sliding_window.h"

namespace sipsonde {

class MediaReports : public prometheus::Collectable, public StreamReports {
 public:
  // How many streams are active; called on the scrape's thread.
  using ActiveStreams = std::function<std::uint64_t()>;

  MediaReports(const TrunkTable& trunks, ActiveStreams active);

  // Event time, as unix time, before the reports of that time. On any thread.
  void advance(std::uint64_t now_ns) override;

  // A tenant that no trunk names counts as that of the last trunk, which takes what no rule matched. Takes no
  // lock and allocates nothing.
  void observe(std::string_view tenant, std::optional<double> jitter_ms, std::optional<double> mos,
               std::uint64_t lost, std::uint64_t expected) override;

  // A tenant of which no packet was expected in the last ten seconds has no ratio.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  enum Cell : std::size_t { kLost, kExpected, kCells };
  static constexpr std::uint64_t kWindow = 9;  // seconds before the present one: ten in all

  struct Tenant {
    std::string name;
    MediaTimeHistogram jitter;
    MosHistogram mos;
    SlidingWindow<kCells, kWindow> packets;

    explicit Tenant(std::string_view called) : name(called) {}
  };

  Tenant& tenant_of(std::string_view name);

  ActiveStreams active_;
  std::atomic<std::uint64_t> now_second_{0};
  std::vector<std::unique_ptr<Tenant>> tenants_;  // sorted by name
  Tenant* otherwise_;
};

}  // namespace sipsonde
