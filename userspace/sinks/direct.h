// SPDX-License-Identifier: Apache-2.0
// For a replay: a batch is written before offer() returns, so nothing is dropped and the order is the
// capture's. One thread. After the first error nothing more is written; join() tells it.
#pragma once

#include <memory>
#include <optional>

#include "sinks/outlet.h"
#include "sinks/sink.h"

namespace sipsonde {

class DirectOutlet : public Outlet {
 public:
  explicit DirectOutlet(std::unique_ptr<Sink> sink) : sink_(std::move(sink)) {}

  void offer(const FactBatch& batch) override;
  void request_reopen() override {}  // a replay's files are its own
  void close(std::chrono::steady_clock::time_point deadline) override;
  Result<Done> join() override;

  std::string_view name() const override { return sink_->name(); }
  std::uint64_t depth() const override { return 0; }
  std::optional<Evictions> evictions() const override { return sink_->evictions(); }

 private:
  void fail(const Error& error);

  std::unique_ptr<Sink> sink_;
  std::uint64_t unconfirmed_ = 0;
  std::optional<Error> error_;
};

}  // namespace sipsonde
