// SPDX-License-Identifier: Apache-2.0
#include "sinks/sink_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "metrics/exposition.h"
#include "sinks/registry.h"
#include "sinks/store_sink.h"
#include "unit/sinks/facts_for_tests.h"
#include "unit/sinks/scripted_sink.h"
#include "unit/sinks/temporary_directory.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_of(const SinkSet& sinks) {
  return render(merge(sinks.Collect()), Format::text);
}

Settings files_in(const TemporaryDirectory& directory) {
  Settings settings;
  settings.events_file = FileSink{.path = directory.file("events.jsonl")};
  settings.cdr_file = FileSink{.path = directory.file("cdr.jsonl")};
  return settings;
}

std::size_t lines_of(const std::string& path) {
  const std::string text = content_of(path);
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

class Delivered : public testing::TestWithParam<Delivery> {};

TEST_P(Delivered, EachFactReachesItsFileAndIsCounted) {
  TemporaryDirectory directory;
  const Settings settings = files_in(directory);
  const FactContext context{&settings.trunks, "node"};
  auto made = make_sinks(settings, context);
  ASSERT_TRUE(made);
  SinkSet sinks(*std::move(made), GetParam(), 100);
  sinks.consume(batch_of({event_of("a"), record_of("a"), event_of("b")}));
  sinks.consume(batch_of({event_of("c")}));
  EXPECT_TRUE(sinks.stop());
  EXPECT_EQ(lines_of(directory.file("events.jsonl")), 3u);
  EXPECT_EQ(lines_of(directory.file("cdr.jsonl")), 1u);
  EXPECT_THAT(content_of(directory.file("cdr.jsonl")), HasSubstr("\"call_id\":\"a\""));
  const std::string page = page_of(sinks);
  EXPECT_THAT(page, HasSubstr("sipsonde_sink_sent_total{sink=\"events-file\"} 3\n"));
  EXPECT_THAT(page, HasSubstr("sipsonde_sink_sent_total{sink=\"cdr-file\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("sipsonde_sink_dropped_total{sink=\"cdr-file\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("sipsonde_sink_failed_total{sink=\"cdr-file\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("sipsonde_sink_queue_depth{sink=\"events-file\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("sipsonde_jobs_shed_total 0\n"));
}

INSTANTIATE_TEST_SUITE_P(Ways, Delivered, testing::Values(Delivery::queued, Delivery::direct),
                         [](const auto& test) {
                           return std::string(test.param == Delivery::queued ? "Queued" : "Direct");
                         });

TEST(SinkSet, WritesTheSameBytesEachTimeInAReplay) {
  TemporaryDirectory directory;
  const Settings settings = files_in(directory);
  const FactContext context{&settings.trunks, "replay"};
  std::string first;
  for (int round = 0; round < 2; ++round) {
    auto made = make_sinks(settings, context, FileMode::replace);
    ASSERT_TRUE(made);
    SinkSet sinks(*std::move(made), Delivery::direct, 1);
    for (int number = 0; number < 500; ++number) sinks.consume(batch_of({event_of(std::to_string(number))}));
    EXPECT_TRUE(sinks.stop());
    const std::string bytes = content_of(directory.file("events.jsonl"));
    EXPECT_EQ(std::ranges::count(bytes, '\n'), 500);
    if (round == 0) first = bytes;
    EXPECT_EQ(bytes, first);
  }
}

TEST(SinkSet, AddsUpEverythingShed) {
  Script one;
  Script two;
  one.failing_writes = -1;
  two.failing_writes = -1;
  std::vector<std::unique_ptr<Sink>> scripted;
  scripted.push_back(std::make_unique<ScriptedSink>(one));
  scripted.push_back(std::make_unique<ScriptedSink>(two));
  SinkSet sinks(std::move(scripted), Delivery::queued, 10);
  sinks.consume(batch_of({event_of("a"), event_of("b")}));
  EXPECT_FALSE(sinks.stop(std::chrono::steady_clock::now()));
  EXPECT_THAT(page_of(sinks), HasSubstr("sipsonde_jobs_shed_total 4\n"));
}

// Ends a while after it was told to.
class SlowStore : public Sink {
 public:
  explicit SlowStore(std::atomic<bool>& ended) : ended_(ended) {}
  std::string_view name() const override { return StoreSink::kName; }
  Result<std::size_t> write(std::span<const Fact>) override { return std::size_t{0}; }
  Result<Done> flush() override { return Done{}; }
  Result<Done> flush_all() override {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    ended_ = true;
    return Done{};
  }

 private:
  std::atomic<bool>& ended_;
};

class StoreReadingOutlet : public Outlet {
 public:
  explicit StoreReadingOutlet(std::function<void()> on_close) : on_close_(std::move(on_close)) {}
  void offer(const FactBatch&) override {}
  void request_reopen() override {}
  void close(std::chrono::steady_clock::time_point) override { on_close_(); }
  Result<Done> join() override { return Done{}; }
  bool reads_store() const override { return true; }
  std::string_view name() const override { return "cdr-http"; }
  std::uint64_t depth() const override { return 17; }
  std::optional<Evictions> evictions() const override { return std::nullopt; }

 private:
  std::function<void()> on_close_;
};

TEST(SinkSet, ClosesWhoReadsTheStoreWhenTheStoreHasItsLastRow) {
  std::atomic<bool> ended{false};
  std::vector<std::unique_ptr<Sink>> sinks_of_set;
  sinks_of_set.push_back(std::make_unique<SlowStore>(ended));
  SinkSet sinks(std::move(sinks_of_set), Delivery::queued, 10);
  bool closed_behind = false;
  sinks.add(std::make_unique<StoreReadingOutlet>([&] { closed_behind = ended; }));
  EXPECT_THAT(page_of(sinks), HasSubstr("sipsonde_sink_queue_depth{sink=\"cdr-http\"} 17\n"));
  EXPECT_TRUE(sinks.stop());
  EXPECT_TRUE(closed_behind);
}

TEST(SinkSet, TellsTheFirstErrorOfAReplayAtItsEnd) {
  Script script;
  script.failing_writes = 1;
  std::vector<std::unique_ptr<Sink>> scripted;
  scripted.push_back(std::make_unique<ScriptedSink>(script));
  SinkSet sinks(std::move(scripted), Delivery::direct, 10);
  sinks.consume(batch_of({event_of("a")}));
  sinks.consume(batch_of({event_of("b")}));
  const auto stopped = sinks.stop();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message, "scripted: write refused");
  EXPECT_EQ(stopped.error().exit_code, 1);
  EXPECT_THAT(page_of(sinks), HasSubstr("sipsonde_sink_dropped_total{sink=\"scripted\"} 2\n"));
}

TEST(SinkSet, CountsADiskThatIsFullAndHoldsUpNoWorker) {
  Settings settings;
  settings.cdr_file = FileSink{.path = "/dev/full"};
  const FactContext context{&settings.trunks, "node"};
  auto made = make_sinks(settings, context);
  ASSERT_TRUE(made);
  SinkSet sinks(*std::move(made), Delivery::queued, 10);
  for (int number = 0; number < 50; ++number) sinks.consume(batch_of({record_of(std::to_string(number))}));
  EXPECT_FALSE(sinks.stop(std::chrono::steady_clock::now()));
  const std::string page = page_of(sinks);
  EXPECT_THAT(page, HasSubstr("sipsonde_sink_sent_total{sink=\"cdr-file\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("sipsonde_sink_dropped_total{sink=\"cdr-file\"} 50\n"));
  EXPECT_THAT(page, Not(HasSubstr("sipsonde_sink_failed_total{sink=\"cdr-file\"} 0\n")));
}

TEST(Registry, WritesRecordsAsCsvWithTheirColumns) {
  TemporaryDirectory directory;
  Settings settings = files_in(directory);
  settings.cdr_format = RowFormat::csv;
  const FactContext context{&settings.trunks, "node"};
  auto made = make_sinks(settings, context);
  ASSERT_TRUE(made);
  SinkSet sinks(*std::move(made), Delivery::queued, 10);
  sinks.consume(batch_of({record_of("a,b")}));
  EXPECT_TRUE(sinks.stop());
  const std::string text = content_of(directory.file("cdr.jsonl"));
  EXPECT_THAT(text, testing::StartsWith("call_id,leg,tenant_id,"));
  EXPECT_THAT(text, HasSubstr("\r\n\"a,b\",0,default,"));
}

TEST(Registry, LeavesTheFileOfRecordsToWhoReadsTheStore) {
  TemporaryDirectory directory;
  Settings settings = files_in(directory);
  settings.events_file.reset();
  settings.store = StoreSettings{.path = directory.file("store")};
  const FactContext context{&settings.trunks, "node"};
  auto made = make_sinks(settings, context);
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 1u);
  EXPECT_EQ(made->front()->name(), StoreSink::kName);
}

TEST(Registry, MakesOnlyWhatIsConfigured) {
  const Settings settings;
  const FactContext context{&settings.trunks, "node"};
  auto made = make_sinks(settings, context);
  ASSERT_TRUE(made);
  EXPECT_TRUE((*made).empty());
}

TEST(Registry, RefusesAPathThatCannotBeWrittenAsAWrongSetting) {
  Settings settings;
  settings.cdr_file = FileSink{.path = "/dev/null/cdr.jsonl"};
  const FactContext context{&settings.trunks, "node"};
  const auto made = make_sinks(settings, context);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().exit_code, 2);
  EXPECT_THAT(made.error().message, HasSubstr("cdr.file.path"));
  EXPECT_THAT(made.error().message, Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace sipsonde
