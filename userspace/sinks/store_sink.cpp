// SPDX-License-Identifier: Apache-2.0
#include "sinks/store_sink.h"

namespace sipsonde {

Result<std::size_t> StoreSink::write(std::span<const Fact> batch) {
  if (writer_->is_full())
    if (auto committed = writer_->commit(); !committed) return committed.error();
  std::size_t taken = 0;
  for (const Fact& fact : batch) {
    if (const auto* event = std::get_if<CallEvent>(&fact)) writer_->add(*event);
    if (const auto* record = std::get_if<CallRecord>(&fact)) writer_->add(*record);
    taken += takes(fact);
  }
  return taken;
}

}  // namespace sipsonde
