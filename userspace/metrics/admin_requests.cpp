// SPDX-License-Identifier: Apache-2.0
#include "metrics/admin_requests.h"

#include <algorithm>

#include "metrics/series.h"

namespace sipsonde {

void AdminRequests::count(std::string_view method, unsigned status) {
  const auto known = std::ranges::find(kMethods, method);
  const auto at =
      std::min<std::size_t>(static_cast<std::size_t>(known - kMethods.begin()), kMethods.size() - 1);
  const std::size_t result = status < 400 ? 0 : status < 500 ? 1 : 2;
  counted_[at][result].fetch_add(1, std::memory_order_relaxed);
}

std::vector<prometheus::MetricFamily> AdminRequests::Collect() const {
  Series series("admin_requests_total", kMethods.size() * kResults.size());
  for (std::size_t method = 0; method < kMethods.size(); ++method)
    for (std::size_t result = 0; result < kResults.size(); ++result)
      series.add_counted({kMethods[method], kResults[result]},
                         counted_[method][result].load(std::memory_order_relaxed));
  return {series.take()};
}

}  // namespace sipsonde
