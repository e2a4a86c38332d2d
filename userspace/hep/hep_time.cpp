// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_time.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr std::int64_t kAheadNs = 1'000'000;
constexpr std::int64_t kBehindNs = 5'000'000'000;

}  // namespace

HepEventTime event_time_of(const std::optional<HepTime>& sent, std::uint64_t now_ns,
                           const Timebase& timebase) {
  if (!sent) return {now_ns, HepTimeFault::absent};
  const auto sent_unix_ns = static_cast<std::int64_t>(std::uint64_t{sent->seconds} * 1'000'000'000 +
                                                      std::uint64_t{sent->microseconds} * 1'000);
  const std::int64_t age_ns = static_cast<std::int64_t>(timebase.to_unix_ns(now_ns)) - sent_unix_ns;
  if (age_ns < -kAheadNs) return {now_ns, HepTimeFault::ahead};
  if (age_ns > kBehindNs) return {now_ns, HepTimeFault::behind};
  const auto past_ns = static_cast<std::uint64_t>(std::max<std::int64_t>(age_ns, 0));
  return {now_ns - std::min(now_ns, past_ns), std::nullopt};
}

}  // namespace sipsonde
