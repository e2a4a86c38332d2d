// SPDX-License-Identifier: Apache-2.0
// Facts into the local store (docs/store.md): gathered here, committed together when the queue ran empty.
#pragma once

#include <memory>

#include "sinks/sink.h"
#include "store/writer.h"

namespace sipsonde {

class StoreSink : public Sink {
 public:
  static constexpr std::string_view kName = "store";

  explicit StoreSink(std::unique_ptr<StoreWriter> writer) : writer_(std::move(writer)) {}

  std::string_view name() const override { return kName; }
  bool takes(const Fact& fact) const override {
    return std::holds_alternative<CallEvent>(fact) || std::holds_alternative<CallRecord>(fact);
  }
  // Counts facts: a row holds many events.
  Result<std::size_t> write(std::span<const Fact> batch) override;
  Result<Done> flush() override { return writer_->commit(); }
  Result<Done> reopen() override { return writer_->reopen(); }

 private:
  std::unique_ptr<StoreWriter> writer_;
};

}  // namespace sipsonde
