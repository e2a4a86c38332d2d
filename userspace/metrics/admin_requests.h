// SPDX-License-Identifier: Apache-2.0
// Requests to the paths below /admin, by method and by how they were answered.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sipsonde {

class AdminRequests : public prometheus::Collectable {
 public:
  // From any thread. `status`: of the answer.
  void count(std::string_view method, unsigned status);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  static constexpr std::array<std::string_view, 6> kMethods = {"GET", "HEAD",   "POST",
                                                               "PUT", "DELETE", "other"};
  static constexpr std::array<std::string_view, 3> kResults = {"ok", "client-error", "server-error"};

  std::array<std::array<std::atomic<std::uint64_t>, kResults.size()>, kMethods.size()> counted_{};
};

}  // namespace sipsonde
