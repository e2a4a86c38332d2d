// SPDX-License-Identifier: Apache-2.0
#include "otlp/batches.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

// Well below the 64 MiB that receivers take.
constexpr std::size_t kBatchBytes = 4u << 20;

constexpr auto kQuiet = 30s;

}  // namespace

Batches::Batches(const Settings& settings, std::string items, std::unique_ptr<Exporter> exporter, Clock clock)
    : limits_(settings.otlp.batch),
      items_(std::move(items)),
      envelope_(settings),
      exporter_(std::move(exporter)),
      clock_(std::move(clock)) {}

std::string& Batches::next_item() {
  if (batches_.empty()) oldest_at_ = clock_();
  if (batches_.empty() || is_full(batches_.back())) batches_.emplace_back();
  ++batches_.back().count;
  return batches_.back().items;
}

bool Batches::is_full(const Batch& batch) const {
  return batch.count >= limits_.size || batch.items.size() >= kBatchBytes;
}

Result<Done> Batches::send_full() {
  while (!batches_.empty() && is_full(batches_.front())) {
    if (auto sent = send(batches_.front()); !sent) return sent;
    batches_.pop_front();
    oldest_at_ = clock_();
  }
  return Done{};
}

Result<Done> Batches::send_due() {
  if (auto sent = send_full(); !sent) return sent;
  if (batches_.empty() || clock_() - oldest_at_ < limits_.delay) return Done{};
  return send_all();
}

Result<Done> Batches::send_all() {
  while (!batches_.empty()) {
    if (auto sent = send(batches_.front()); !sent) return sent;
    batches_.pop_front();
  }
  return Done{};
}

Result<Done> Batches::send(const Batch& batch) {
  retry_after_.reset();
  const ExportReply reply = exporter_->send(envelope_.around(batch.items));
  switch (reply.outcome) {
    case ExportOutcome::later:
      retry_after_ = reply.retry_after;
      return Error{"send " + items_ + ": " + reply.message};
    case ExportOutcome::refused:
      note_refusal(batch.count, batch.count, reply.message);
      return Done{};
    case ExportOutcome::taken:
      break;
  }
  const std::uint64_t rejected = std::min<std::uint64_t>(reply.rejected, batch.count);
  account_.sent += batch.count - rejected;
  if (rejected > 0 || !reply.message.empty()) note_refusal(batch.count, rejected, reply.message);
  return Done{};
}

// One line, and at most two a minute. A receiver that refuses nothing may still have something to say.
void Batches::note_refusal(std::uint64_t items, std::uint64_t refused, const std::string& message) {
  if (refused > 0) ++account_.requests;
  account_.refused += refused;
  const auto now = clock_();
  if (refusal_said_at_ && now - *refusal_said_at_ < kQuiet) return;
  refusal_said_at_ = now;
  spdlog::warn("otlp: the receiver refused {} of {} {}: {}", refused, items, items_,
               message.empty() ? "it does not say why" : message);
}

}  // namespace sipsonde
