// SPDX-License-Identifier: Apache-2.0
#include "sinks/store_sink.h"

namespace sipsonde {

Result<std::size_t> StoreSink::write(std::span<const Fact> batch) {
  if (writer_->is_full())
    if (auto committed = writer_->commit(); !committed) return committed.error();
  for (const Fact& fact : batch) std::visit([this](const auto& one) { writer_->add(one); }, fact);
  return batch.size();
}

}  // namespace sipsonde
