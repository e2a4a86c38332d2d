// SPDX-License-Identifier: Apache-2.0
#include "sinks/direct.h"

#include <algorithm>

namespace sipsonde {

void DirectOutlet::offer(const FactBatch& batch) {
  if (error_) {
    const auto lost =
        std::count_if(batch->begin(), batch->end(), [&](const Fact& fact) { return sink_->takes(fact); });
    tally_.dropped.fetch_add(static_cast<std::uint64_t>(lost), std::memory_order_relaxed);
    return;
  }
  auto written = sink_->write(*batch);
  if (written) {
    unconfirmed_ += *written;
    settle(*sink_, unconfirmed_);
    return;
  }
  fail(written.error());
  offer(batch);  // as lost
}

void DirectOutlet::close(std::chrono::steady_clock::time_point /*deadline*/) {
  if (!error_) {
    if (auto flushed = sink_->flush_all(); !flushed) fail(flushed.error());
    settle(*sink_, unconfirmed_);
  }
  (error_ ? tally_.dropped : tally_.sent).fetch_add(unconfirmed_, std::memory_order_relaxed);
  unconfirmed_ = 0;
}

Result<Done> DirectOutlet::join() {
  if (error_) return in_context(std::string(name()), *error_);
  return Done{};
}

void DirectOutlet::fail(const Error& error) {
  tally_.failed.fetch_add(1, std::memory_order_relaxed);
  error_ = error;
}

}  // namespace sipsonde
