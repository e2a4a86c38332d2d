// SPDX-License-Identifier: Apache-2.0
#include "sinks/store_sink.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>

#include "facts_for_tests.h"
#include "sinks/queue.h"
#include "sinks/registry.h"
#include "store/reader.h"
#include "temporary_directory.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

class StoreSinkTest : public testing::Test {
 protected:
  StoreSinkTest() { settings_.store = StoreSettings{.path = directory_.file("store")}; }

  std::unique_ptr<Sink> make() {
    auto sinks = make_sinks(settings_, FactContext{&settings_.trunks, "edge-1"});
    EXPECT_TRUE(sinks) << sinks.error().message;
    EXPECT_EQ(sinks->size(), 1u);
    return std::move(sinks->front());
  }
  std::size_t stored() {
    StoreReader reader(settings_.store->path);
    const auto rows = reader.rows_after({}, 1'000'000);
    EXPECT_TRUE(rows) << rows.error().message;
    return rows ? rows->size() : 0;
  }

  TemporaryDirectory directory_;
  Settings settings_;
};

TEST_F(StoreSinkTest, ComesFromItsBlockUnderTheNameStore) {
  EXPECT_EQ(make()->name(), "store");
  settings_.store.reset();
  EXPECT_TRUE(make_sinks(settings_, FactContext{&settings_.trunks, "edge-1"})->empty());
}

TEST_F(StoreSinkTest, CountsFactsAndStoresThemAtTheFlush) {
  const auto sink = make();
  const FactBatch batch = batch_of({event_of("a"), event_of("a"), record_of("a")});
  EXPECT_EQ(*sink->write(*batch), 3u);
  EXPECT_EQ(stored(), 0u);
  ASSERT_TRUE(sink->flush());
  EXPECT_EQ(stored(), 1u);
}

TEST_F(StoreSinkTest, TellsWhatIsCommittedWheneverThatHappens) {
  const auto sink = make();
  std::uint64_t sent = 0;
  for (const char* call : {"a", "b", "c"}) {
    ASSERT_TRUE(sink->write(*batch_of({event_of(call), record_of(call)})));
    ASSERT_TRUE(sink->flush());  // of the later ones perhaps too soon
    sent += sink->take_receipt()->sent;
    EXPECT_EQ(sent, 2 * stored());
  }
  ASSERT_TRUE(sink->flush_all());
  sent += sink->take_receipt()->sent;
  EXPECT_EQ(sent, 6u);
  EXPECT_EQ(stored(), 3u);
}

TEST_F(StoreSinkTest, AsksForMessagesOnlyWhenTheyAreToBeStored) {
  const Fact message = Message{.bytes = "OPTIONS", .call_id = "a"};
  {
    const auto sink = make();
    EXPECT_FALSE(sink->wishes().messages);
    EXPECT_FALSE(sink->takes(message));
  }
  settings_.store->messages = true;
  const auto sink = make();
  EXPECT_TRUE(sink->wishes().messages);
  EXPECT_TRUE(sink->takes(message));
  EXPECT_EQ(*sink->write(*batch_of({message, record_of("a")})), 2u);
  ASSERT_TRUE(sink->flush());
  EXPECT_EQ(StoreReader(settings_.store->path).messages_of("a")->size(), 1u);
}

TEST_F(StoreSinkTest, ADamagedFileIsAnAttemptThatFailed) {
  const std::string& path = settings_.store->path;
  std::filesystem::create_directories(path);
  std::ofstream(path_of(path, day_of(unix_time_ns()))) << std::string(9000, 'x');
  const auto sink = make();
  ASSERT_TRUE(sink->write(*batch_of({record_of("b")})));
  ASSERT_TRUE(sink->flush());
  EXPECT_EQ(sink->take_receipt()->failed, 1u);
  EXPECT_EQ(stored(), 1u);
}

TEST_F(StoreSinkTest, CommitsByItselfBeforeMuchIsGathered) {
  const auto sink = make();
  const FactBatch batch = batch_of(std::vector<Fact>(1000, record_of("a")));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(sink->write(*batch));
  EXPECT_GE(stored(), 10'000u);
}

// The queue keeps what fits, drops and counts the rest, and when there is room again goes on by itself.
TEST_F(StoreSinkTest, BehindItsQueueAFullDiskCostsCountedFactsAndNothingThatWasTaken) {
  constexpr std::size_t kCapacity = 2000;
  SinkQueue queue(make(), kCapacity);
  void (*const before)(int) = signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  rlimit lower = limit;
  lower.rlim_cur = 64 << 10;
  setrlimit(RLIMIT_FSIZE, &lower);
  constexpr std::size_t kOffered = 8000;
  const FactBatch batch = batch_of(std::vector<Fact>(100, record_of("a")));
  for (std::size_t offered = 0; offered < kOffered; offered += batch->size()) {
    queue.offer(batch);
    std::this_thread::sleep_for(2ms);
  }
  while (queue.tally().failed == 0) std::this_thread::sleep_for(5ms);
  setrlimit(RLIMIT_FSIZE, &limit);
  signal(SIGXFSZ, before);
  queue.close(std::chrono::steady_clock::now() + 20s);
  ASSERT_TRUE(queue.join());
  EXPECT_GT(queue.tally().dropped, 0u);
  EXPECT_EQ(queue.tally().sent + queue.tally().dropped, kOffered);
  EXPECT_EQ(stored(), queue.tally().sent);
}

}  // namespace
}  // namespace sipsonde
