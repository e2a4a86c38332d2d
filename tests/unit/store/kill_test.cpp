// SPDX-License-Identifier: Apache-2.0
// A process that writes to the store is killed at any moment, again and again: whatever it had reported as
// committed is there, what was answered has a record, and nothing else is.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <set>

#include "base/file_descriptor.h"
#include "store_stage.h"

namespace sipsonde {
namespace {

struct Report {
  int call;
  char stage;  // 'a': the answer is committed; 'e': the end is
};

std::string name_of(int call) {
  return "call-" + std::to_string(call) + "@example";
}

// Three calls at a time, as long as it is let live.
[[noreturn]] void write_until_killed(StoreStage& stage, int first, int report_to) {
  const auto writer = stage.open();
  if (!writer) _exit(1);
  const auto commit = [&](int begin, char what) {
    if (!writer->commit()) _exit(1);
    for (int call = begin; call < begin + 3; ++call) {
      const Report report{call, what};
      if (::write(report_to, &report, sizeof report) != sizeof report) _exit(1);
    }
  };
  for (int begin = first;; begin += 3) {
    for (int call = begin; call < begin + 3; ++call) add_answer(*writer, name_of(call), 0, kNoon_ns);
    commit(begin, 'a');
    for (int call = begin; call < begin + 3; ++call)
      writer->add(answered_record(name_of(call), 0, kNoon_ns, kNoon_ns + 9 * kSecond_ns));
    commit(begin, 'e');
  }
}

class Killing : public testing::Test {
 protected:
  // Lets a writer live until it has reported so much, and a little more.
  void one_round(std::size_t reports, unsigned more_us) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const FileDescriptor from(ends[0]);
    FileDescriptor to(ends[1]);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(stage_, next_call_, to.get());
    to.reset();
    Report report{};
    for (std::size_t got = 0; got < reports && take(from, report); ++got) note(report);
    usleep(more_us);
    kill(child, SIGKILL);
    while (take(from, report)) note(report);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed by itself";
    // Three more may have been committed and not reported.
    begun_ = std::max(begun_, next_call_ + 3);
    next_call_ = begun_;
  }
  static bool take(const FileDescriptor& from, Report& report) {
    return read(from.get(), &report, sizeof report) == sizeof report;
  }
  void note(const Report& report) {
    (report.stage == 'e' ? ended_ : answered_).insert(report.call);
    begun_ = std::max(begun_, report.call + 4);
  }

  StoreStage stage_;
  int next_call_ = 0;
  int begun_ = 0;  // no call of a greater number has begun
  std::set<int> answered_, ended_;
};

TEST_F(Killing, AtAnyMomentLosesNothingThatWasCommittedAndInventsNothing) {
  std::mt19937 random(1);
  std::uniform_int_distribution<std::size_t> reports(1, 40);
  std::uniform_int_distribution<unsigned> more_us(0, 6000);
  for (int round = 0; round < 8; ++round) {
    one_round(reports(random), more_us(random));
    ASSERT_FALSE(HasFatalFailure());
    StoreReader reader(stage_.path());
    for (const int call : ended_) {
      const auto rows = reader.rows_of(name_of(call));
      ASSERT_TRUE(succeeds(rows));
      ASSERT_EQ(rows->size(), 1u) << name_of(call);
      EXPECT_NE(rows->front().document.find("\"coverage\":\"full\""), std::string::npos);
    }
  }
  const auto writer = stage_.open();
  ASSERT_TRUE(succeeds(writer->commit()));
  StoreReader reader(stage_.path());
  for (const int call : answered_) EXPECT_EQ(reader.rows_of(name_of(call))->size(), 1u) << name_of(call);
  const auto all = reader.rows_after({}, 100'000);
  ASSERT_TRUE(succeeds(all));
  std::set<std::string> keys, calls;
  for (const StoredRow& row : *all) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    calls.insert(row.call_id);
  }
  for (int call = 0; call < begun_; ++call) calls.erase(name_of(call));
  EXPECT_TRUE(calls.empty()) << *calls.begin();
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM open_legs WHERE open"), 0);
}

}  // namespace
}  // namespace sipsonde
