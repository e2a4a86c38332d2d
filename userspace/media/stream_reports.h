// SPDX-License-Identifier: Apache-2.0
// Who is told every ten seconds how a stream did.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

class StreamReports {
 public:
  virtual ~StreamReports() = default;

  // Event time, as unix time, before the reports of that time. On any thread.
  virtual void advance(std::uint64_t now_ns) = 0;

  // The last ten seconds of one stream. `mos` is of the narrowband scale (ITU-T G.107). Of `expected`
  // packets, `lost` were. On any thread.
  virtual void observe(std::string_view tenant, std::optional<double> jitter_ms, std::optional<double> mos,
                       std::uint64_t lost, std::uint64_t expected) = 0;
};

}  // namespace sipsonde
