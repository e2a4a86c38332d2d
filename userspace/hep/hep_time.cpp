// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_time.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr std::int64_t kAheadNs = 1'000'000;
constexpr std::int64_t kBehindNs = 5'000'000'000;

}  // namespace

HepEventTime event_time_of(const std::optional<HepTime>& sent, const HepArrival& now) {
  if (!sent) return {now.time_ns, HepTimeFault::absent};
  const std::uint64_t sent_ns =
      std::uint64_t{sent->seconds} * 1'000'000'000 + std::uint64_t{sent->microseconds} * 1'000;
  const std::int64_t age_ns = static_cast<std::int64_t>(now.unix_ns) - static_cast<std::int64_t>(sent_ns);
  if (age_ns < -kAheadNs) return {now.time_ns, HepTimeFault::ahead};
  if (age_ns > kBehindNs) return {now.time_ns, HepTimeFault::behind};
  const auto past_ns = static_cast<std::uint64_t>(std::max<std::int64_t>(age_ns, 0));
  return {now.time_ns - std::min(now.time_ns, past_ns), std::nullopt};
}

}  // namespace sipsonde
