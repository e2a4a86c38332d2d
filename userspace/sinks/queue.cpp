// SPDX-License-Identifier: Apache-2.0
#include "sinks/queue.h"

#include <algorithm>

#include "base/capabilities.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Workers do not wake the sink's thread (a futex call costs more than all the rest of an offer): it looks by
// itself, often enough for lines to be on disk within a second.
constexpr auto kRest = 100ms;
constexpr Clock::duration kFirstPause = 100ms;
constexpr Clock::duration kLongestPause = 3s;

}  // namespace

SinkQueue::SinkQueue(std::unique_ptr<Sink> sink, std::size_t capacity)
    : sink_(std::move(sink)),
      capacity_(capacity),
      error_line_(std::string(sink_->name())),
      thread_([this] { run(); }) {}

SinkQueue::~SinkQueue() {
  close(Clock::now());
  if (thread_.joinable()) thread_.join();
  take_all();
}

// ---- the workers' side ----

void SinkQueue::offer(const FactBatch& batch) {
  const auto facts = static_cast<std::size_t>(
      std::count_if(batch->begin(), batch->end(), [&](const Fact& fact) { return sink_->takes(fact); }));
  if (facts == 0) return;
  if (!claim(facts)) {
    tally_.dropped.fetch_add(facts, std::memory_order_relaxed);
    return;
  }
  auto* node = new Node{batch, facts, newest_.load(std::memory_order_relaxed)};
  while (!newest_.compare_exchange_weak(node->older, node, std::memory_order_release,
                                        std::memory_order_relaxed)) {
  }
  if (depth() > capacity_ / 2) wake_.notify_one();
}

bool SinkQueue::claim(std::size_t facts) {
  if (closing_.load(std::memory_order_acquire)) return false;
  std::uint64_t depth = depth_.load(std::memory_order_relaxed);
  do {
    if (depth > 0 && depth + facts > capacity_) return false;
  } while (!depth_.compare_exchange_weak(depth, depth + facts, std::memory_order_relaxed));
  return true;
}

void SinkQueue::request_reopen() {
  reopen_requested_.store(true, std::memory_order_relaxed);
  wake_.notify_one();
}

void SinkQueue::close(Clock::time_point deadline) {
  const std::lock_guard lock(mutex_);
  if (closing_.load(std::memory_order_relaxed)) return;
  deadline_ = deadline;
  sink_->stop_by(deadline);
  closing_.store(true, std::memory_order_release);
  wake_.notify_one();
}

Result<Done> SinkQueue::join() {
  if (thread_.joinable()) thread_.join();
  if (undelivered_ == 0) return Done{};
  return Error{"flush " + std::string(name()) + ": " + std::to_string(undelivered_) +
               " facts were not delivered in time and are lost; see the errors before"};
}

// ---- the sink's side: from here on everything runs on its thread ----

void SinkQueue::run() {
  keep_capabilities(capabilities_of_sinks());
  for (;;) {
    const bool last_round = closing_.load(std::memory_order_acquire);
    if (reopen_requested_.exchange(false, std::memory_order_relaxed))
      insist([this] { return sink_->reopen(); });
    for (const auto& node : take_all()) deliver(*node);
    flush(last_round);
    if (last_round) return;
    rest();
  }
}

std::vector<std::unique_ptr<SinkQueue::Node>> SinkQueue::take_all() {
  std::vector<std::unique_ptr<Node>> nodes;
  for (Node* node = newest_.exchange(nullptr, std::memory_order_acquire); node; node = node->older)
    nodes.emplace_back(node);
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

void SinkQueue::deliver(const Node& node) {
  const bool delivered = insist([&]() -> Result<Done> {
    auto written = sink_->write(*node.batch);
    if (!written) return written.error();
    unconfirmed_ += *written;
    return Done{};
  });
  settle(*sink_, unconfirmed_);
  if (!delivered) undelivered_ += node.facts;
  if (!delivered) tally_.dropped.fetch_add(node.facts, std::memory_order_relaxed);
  depth_.fetch_sub(node.facts, std::memory_order_relaxed);
}

void SinkQueue::flush(bool last) {
  const bool delivered = insist([this, last] { return last ? sink_->flush_all() : sink_->flush(); });
  if (settle(*sink_, unconfirmed_) && delivered) return;
  if (!delivered) undelivered_ += unconfirmed_;
  (delivered ? tally_.sent : tally_.dropped).fetch_add(unconfirmed_, std::memory_order_relaxed);
  unconfirmed_ = 0;
}

// Tries until it succeeds, opening anew before each new attempt; false when the deadline has passed.
// Meanwhile the queue fills, and then drops.
bool SinkQueue::insist(const std::function<Result<Done>()>& attempt) {
  Clock::duration length = kFirstPause;
  Result<Done> outcome = attempt();
  while (!outcome) {
    tally_.failed.fetch_add(1, std::memory_order_relaxed);
    error_line_.failed(outcome.error());
    if (closing_.load(std::memory_order_acquire) && Clock::now() >= deadline_) return false;
    pause(sink_->pause_asked().value_or(
        std::chrono::duration_cast<std::chrono::milliseconds>(jittered(length))));
    length = std::min(length * 2, kLongestPause);
    outcome = sink_->reopen();
    if (outcome) outcome = attempt();
  }
  if (undelivered_ == 0) error_line_.recovered();
  return true;
}

void SinkQueue::rest() {
  std::unique_lock lock(mutex_);
  if (closing_.load(std::memory_order_relaxed) || reopen_requested_.load(std::memory_order_relaxed)) return;
  if (depth() <= capacity_ / 2) wake_.wait_for(lock, kRest);
}

// Half of it to all of it: what many nodes lost together does not come back together.
Clock::duration SinkQueue::jittered(Clock::duration length) {
  return length / 2 + length * static_cast<int>(random_() % 512) / 1024;
}

// Between attempts: ended by close(), not by the workers that find the queue filling up.
void SinkQueue::pause(Clock::duration length) {
  std::unique_lock lock(mutex_);
  if (closing_.load(std::memory_order_relaxed))
    length = std::min({length, kFirstPause, deadline_ - Clock::now()});
  const bool closing = closing_.load(std::memory_order_relaxed);
  wake_.wait_for(lock, length, [&] { return closing_.load(std::memory_order_relaxed) != closing; });
}

}  // namespace sipsonde
