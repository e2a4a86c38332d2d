// SPDX-License-Identifier: Apache-2.0
#include "sinks/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "unit/sinks/facts_for_tests.h"
#include "unit/sinks/scripted_sink.h"

namespace sipsonde {
namespace {

using Clock = std::chrono::steady_clock;
using testing::ElementsAre;

Clock::time_point far_away() {
  return Clock::now() + std::chrono::minutes(5);
}

// A queue whose sink is held inside its first write until release().
class HeldQueue {
 public:
  explicit HeldQueue(std::size_t capacity) {
    script.gate = gate_.get_future().share();
    queue = std::make_unique<SinkQueue>(std::make_unique<ScriptedSink>(script), capacity);
    queue->offer(batch_of({event_of("held")}));
    script.entered.get_future().wait();
  }
  ~HeldQueue() { release(); }
  HeldQueue(const HeldQueue&) = delete;
  HeldQueue& operator=(const HeldQueue&) = delete;

  void release() {
    if (!std::exchange(released_, true)) gate_.set_value();
  }

  Script script;
  std::unique_ptr<SinkQueue> queue;

 private:
  std::promise<void> gate_;
  bool released_ = false;
};

TEST(SinkQueue, DeliversInTheOrderInWhichItWasOffered) {
  HeldQueue held(100);
  for (const char* name : {"a", "b", "c", "d"}) held.queue->offer(batch_of({event_of(name)}));
  held.release();
  held.queue->close(far_away());
  EXPECT_TRUE(held.queue->join());
  EXPECT_THAT(held.script.written, ElementsAre("held", "a", "b", "c", "d"));
  EXPECT_EQ(held.queue->tally().sent, 5u);
  EXPECT_EQ(held.queue->tally().dropped, 0u);
  EXPECT_EQ(held.queue->depth(), 0u);
}

// Holds what it takes back until the end, and knows what became of each.
class ReceiptSink : public Sink {
 public:
  struct Seen {
    std::atomic<int> flushes{0};
    std::atomic<bool> told_to_stop{false};
  };
  explicit ReceiptSink(Seen& seen) : seen_(seen) {}
  std::string_view name() const override { return "receipts"; }
  Result<std::size_t> write(std::span<const Fact> batch) override {
    held_ += batch.size();
    return batch.size();
  }
  Result<Done> flush() override {
    ++seen_.flushes;
    return Done{};
  }
  Result<Done> flush_all() override {
    receipt_ = {.sent = held_ - 1, .refused = 1, .failed = 1};
    held_ = 0;
    return Done{};
  }
  std::optional<Receipt> take_receipt() override { return std::exchange(receipt_, {}); }
  void stop_by(Clock::time_point) override { seen_.told_to_stop = true; }
  std::optional<Evictions> evictions() const override { return Evictions{"things", 5}; }

 private:
  Seen& seen_;
  std::size_t held_ = 0;
  Receipt receipt_;
};

TEST(SinkQueue, CountsByReceiptsWhereASinkGivesThem) {
  ReceiptSink::Seen seen;
  SinkQueue queue(std::make_unique<ReceiptSink>(seen), 100);
  queue.offer(batch_of({event_of("a"), event_of("b"), event_of("c")}));
  while (seen.flushes == 0) std::this_thread::yield();
  EXPECT_EQ(queue.tally().sent, 0u);  // held back, so not sent
  queue.close(far_away());
  EXPECT_TRUE(queue.join());
  EXPECT_EQ(queue.tally().sent, 2u);
  EXPECT_EQ(queue.tally().dropped, 1u);
  EXPECT_EQ(queue.tally().failed, 1u);
  EXPECT_TRUE(seen.told_to_stop);
  ASSERT_TRUE(queue.evictions());
  EXPECT_EQ(queue.evictions()->count, 5u);
}

TEST(SinkQueue, DropsAndCountsABatchThatDoesNotFitWithoutWaiting) {
  HeldQueue held(4);
  held.queue->offer(batch_of({event_of("a"), event_of("b")}));
  EXPECT_EQ(held.queue->depth(), 3u);
  held.queue->offer(batch_of({event_of("x"), event_of("y")}));  // 3 + 2 > 4
  EXPECT_EQ(held.queue->tally().dropped, 2u);
  held.queue->offer(batch_of({event_of("c")}));  // the last place
  EXPECT_EQ(held.queue->depth(), 4u);
  held.queue->offer(batch_of({event_of("z")}));
  EXPECT_EQ(held.queue->tally().dropped, 3u);
  held.release();
  held.queue->close(far_away());
  EXPECT_TRUE(held.queue->join());
  EXPECT_THAT(held.script.written, ElementsAre("held", "a", "b", "c"));
  EXPECT_EQ(held.queue->tally().sent, 4u);
}

TEST(SinkQueue, TakesABatchLargerThanItselfWhenItIsEmpty) {
  Script script;
  SinkQueue queue(std::make_unique<ScriptedSink>(script), 2);
  queue.offer(batch_of({event_of("a"), event_of("b"), event_of("c")}));
  queue.close(far_away());
  EXPECT_TRUE(queue.join());
  EXPECT_THAT(script.written, ElementsAre("a", "b", "c"));
}

TEST(SinkQueue, CountsOnlyWhatTheSinkTakes) {
  HeldQueue held(2);
  held.queue->offer(batch_of({record_of("r"), record_of("s"), record_of("t")}));
  EXPECT_EQ(held.queue->depth(), 1u);
  held.queue->offer(batch_of({event_of("a"), record_of("r")}));
  EXPECT_EQ(held.queue->depth(), 2u);
  held.queue->offer(batch_of({event_of("x"), record_of("r")}));
  EXPECT_EQ(held.queue->tally().dropped, 1u);
}

TEST(SinkQueue, ConfirmsOnlyAfterTheFlush) {
  Script script;
  script.failing_flushes = -1;  // for ever
  SinkQueue queue(std::make_unique<ScriptedSink>(script), 10);
  queue.offer(batch_of({event_of("a"), event_of("b")}));
  queue.close(Clock::now());
  const auto joined = queue.join();
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().message,
            "flush scripted: 2 facts were not delivered in time and are lost; see the errors before");
  EXPECT_EQ(queue.tally().sent, 0u);
  EXPECT_EQ(queue.tally().dropped, 2u);
  EXPECT_GE(queue.tally().failed, 1u);
}

TEST(SinkQueue, OpensAnewAndTriesAgainAfterAnErrorUntilItSucceeds) {
  Script script;
  script.failing_writes = 1;
  script.failing_reopens = 1;
  SinkQueue queue(std::make_unique<ScriptedSink>(script), 10);
  queue.offer(batch_of({event_of("a")}));
  queue.close(far_away());
  EXPECT_TRUE(queue.join());
  EXPECT_THAT(script.written, ElementsAre("a"));
  EXPECT_THAT(script.calls, testing::IsSupersetOf({"write", "reopen", "reopen", "write", "flush"}));
  EXPECT_EQ(queue.tally().failed, 2u) << "one write, one reopen";
  EXPECT_EQ(queue.tally().sent, 1u);
  EXPECT_EQ(queue.tally().dropped, 0u);
}

TEST(SinkQueue, GivesUpAtTheDeadlineAndCountsWhatIsLost) {
  Script script;
  script.failing_writes = -1;
  SinkQueue queue(std::make_unique<ScriptedSink>(script), 10);
  queue.offer(batch_of({event_of("a"), event_of("b")}));
  queue.offer(batch_of({event_of("c")}));
  queue.close(Clock::now());
  EXPECT_FALSE(queue.join());
  EXPECT_EQ(queue.tally().dropped, 3u);
  EXPECT_EQ(queue.tally().sent, 0u);
  EXPECT_EQ(queue.depth(), 0u);
}

TEST(SinkQueue, TakesNothingOnceItIsClosed) {
  Script script;
  SinkQueue queue(std::make_unique<ScriptedSink>(script), 10);
  queue.close(far_away());
  EXPECT_TRUE(queue.join());
  queue.offer(batch_of({event_of("late")}));
  EXPECT_EQ(queue.tally().dropped, 1u);
  EXPECT_THAT(script.written, ElementsAre());
}

TEST(SinkQueue, ReopensOnRequestWithoutTraffic) {
  Script script;
  SinkQueue queue(std::make_unique<ScriptedSink>(script), 10);
  queue.request_reopen();
  script.reopened.get_future().wait();
  queue.close(far_away());
  EXPECT_TRUE(queue.join());
}

TEST(SinkQueue, LosesAndDoublesNothingBetweenManyWorkers) {
  Script script;
  constexpr int kWorkers = 4;
  constexpr int kBatches = 2000;
  SinkQueue queue(std::make_unique<ScriptedSink>(script), 300);
  std::vector<std::thread> workers;
  for (int worker = 0; worker < kWorkers; ++worker)
    workers.emplace_back([&queue, worker] {
      for (int number = 0; number < kBatches; ++number)
        queue.offer(batch_of({event_of(std::to_string(worker) + "/" + std::to_string(number))}));
    });
  for (auto& worker : workers) worker.join();
  queue.close(far_away());
  EXPECT_TRUE(queue.join());
  EXPECT_EQ(queue.tally().sent + queue.tally().dropped, std::uint64_t{kWorkers * kBatches});
  EXPECT_EQ(script.written.size(), queue.tally().sent);
  std::array<int, kWorkers> last;
  last.fill(-1);
  for (const std::string& name : script.written) {  // each worker's facts keep their order
    const int worker = name[0] - '0';
    const int number = std::stoi(name.substr(2));
    ASSERT_GT(number, last[static_cast<std::size_t>(worker)]);
    last[static_cast<std::size_t>(worker)] = number;
  }
}

}  // namespace
}  // namespace sipsonde
