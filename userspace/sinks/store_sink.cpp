// SPDX-License-Identifier: Apache-2.0
#include "sinks/store_sink.h"

namespace sipsonde {
namespace {

// With the queue's own rest this is well within the second that docs/store.md promises.
constexpr std::chrono::milliseconds kBetweenCommits{400};

}  // namespace

Result<std::size_t> StoreSink::write(std::span<const Fact> batch) {
  if (writer_->is_full())
    if (auto committed = commit(); !committed) return committed.error();
  std::size_t taken = 0;
  for (const Fact& fact : batch) {
    if (const auto* event = std::get_if<CallEvent>(&fact)) writer_->add(*event);
    if (const auto* record = std::get_if<CallRecord>(&fact)) writer_->add(*record);
    if (const auto* message = std::get_if<Message>(&fact); message && messages_) writer_->add(*message);
    taken += takes(fact);
  }
  gathered_ += taken;
  return taken;
}

Result<Done> StoreSink::flush() {
  if (std::chrono::steady_clock::now() - committed_at_ < kBetweenCommits) return Done{};
  return commit();
}

Result<Done> StoreSink::commit() {
  auto committed = writer_->commit();
  receipt_.failed += writer_->moved_aside() - moved_aside_;
  moved_aside_ = writer_->moved_aside();
  if (!committed) return committed;
  committed_at_ = std::chrono::steady_clock::now();
  const std::uint64_t left_out = writer_->messages_left_out() - left_out_;
  left_out_ += left_out;
  receipt_.refused += left_out;
  receipt_.sent += std::exchange(gathered_, 0) - left_out;
  return committed;
}

}  // namespace sipsonde
