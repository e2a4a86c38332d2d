// SPDX-License-Identifier: Apache-2.0
// Facts into the local store (docs/store.md): gathered here, committed together when the queue ran empty.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "sinks/sink.h"
#include "store/writer.h"

namespace sipsonde {

class StoreSink : public Sink {
 public:
  static constexpr std::string_view kName = "store";

  // `messages`: SIP messages as they passed are stored, too.
  StoreSink(std::unique_ptr<StoreWriter> writer, bool messages)
      : writer_(std::move(writer)), messages_(messages) {}

  std::string_view name() const override { return kName; }
  FactWishes wishes() const override { return {.messages = messages_}; }
  bool takes(const Fact& fact) const override {
    if (std::holds_alternative<Message>(fact)) return messages_;
    return std::holds_alternative<CallEvent>(fact) || std::holds_alternative<CallRecord>(fact);
  }
  // Counts facts: a row holds many events.
  Result<std::size_t> write(std::span<const Fact> batch) override;
  // Commits what has waited long enough: few large transactions cost less than many small ones.
  Result<Done> flush() override;
  Result<Done> flush_all() override { return commit(); }
  // Facts that are committed; a damaged file is an attempt that failed.
  std::optional<Receipt> take_receipt() override { return std::exchange(receipt_, {}); }
  Result<Done> reopen() override { return writer_->reopen(); }

 private:
  Result<Done> commit();

  std::unique_ptr<StoreWriter> writer_;
  const bool messages_;
  Receipt receipt_;
  std::uint64_t gathered_ = 0;     // facts since the last commit
  std::uint64_t moved_aside_ = 0;  // and left out, as far as they are told
  std::uint64_t left_out_ = 0;
  std::chrono::steady_clock::time_point committed_at_;
};

}  // namespace sipsonde
