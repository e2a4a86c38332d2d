// SPDX-License-Identifier: Apache-2.0
// Spans or log records on their way out: they wait for others, leave in requests, and what the receiver says
// decides what becomes of them. Used by one thread, but for what says otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "config/settings.h"
#include "otlp/envelope.h"
#include "otlp/exporter.h"

namespace sipsonde {

class Batches {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // `items`: what they are, for people: "spans".
  Batches(const Settings& settings, std::string items, std::unique_ptr<Exporter> exporter, Clock clock);

  // Where the bytes of one more item are to be appended, before the next call.
  std::string& next_item();

  // Sends what makes a full batch, what has waited long enough, or everything. An error: the receiver is to
  // be asked again, and what could not leave is still here.
  Result<Done> send_full();
  Result<Done> send_due();
  Result<Done> send_all();

  // What became of items since the last call.
  struct Account {
    std::uint64_t sent = 0;
    std::uint64_t refused = 0;   // by the receiver, for good
    std::uint64_t requests = 0;  // in which it refused some
  };
  Account take_account() { return std::exchange(account_, {}); }

  // After an error: how long the receiver wants to be left alone.
  std::optional<std::chrono::milliseconds> retry_after() const { return retry_after_; }

  void reopen() { exporter_->reopen(); }
  // From any thread.
  void stop_by(std::chrono::steady_clock::time_point deadline) { exporter_->stop_by(deadline); }

 private:
  struct Batch {
    std::string items;
    std::size_t count = 0;
  };

  bool is_full(const Batch& batch) const;
  Result<Done> send(const Batch& batch);
  void note_refusal(std::uint64_t items, std::uint64_t refused, const std::string& message);

  const OtlpBatching limits_;
  const std::string items_;
  const Envelope envelope_;
  const std::unique_ptr<Exporter> exporter_;
  const Clock clock_;

  std::deque<Batch> batches_;                        // the last is being filled
  std::chrono::steady_clock::time_point oldest_at_;  // of what is in batches_
  std::optional<std::chrono::milliseconds> retry_after_;
  std::optional<std::chrono::steady_clock::time_point> refusal_said_at_;
  Account account_;
};

}  // namespace sipsonde
