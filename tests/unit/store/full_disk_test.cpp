// SPDX-License-Identifier: Apache-2.0
// A disk that takes no more: here it is the process that may write no longer files, which to SQLite is the
// same kind of failure and needs no file system of its own.
#include <signal.h>
#include <sys/resource.h>

#include "store_stage.h"

namespace sipsonde {
namespace {

class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    before_ = signal(SIGXFSZ, SIG_IGN);  // the write fails instead
    getrlimit(RLIMIT_FSIZE, &limit_);
    rlimit lower = limit_;
    lower.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &lower);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &limit_);
    signal(SIGXFSZ, before_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit limit_{};
  void (*before_)(int);
};

void add_calls(StoreWriter& writer, int first, int count) {
  for (int call = first; call < first + count; ++call) {
    add_answer(writer, std::to_string(call), 0, kNoon_ns);
    writer.add(answered_record(std::to_string(call), 0, kNoon_ns, kNoon_ns + 9 * kSecond_ns));
  }
}

TEST(FullDisk, ACommitFailsAsAWholeAndSucceedsAsAWholeWhenThereIsRoomAgain) {
  StoreStage stage;
  const auto writer = stage.open();
  add_calls(*writer, 0, 10);
  ASSERT_TRUE(succeeds(writer->commit()));
  add_calls(*writer, 10, 300);
  {
    const FileSizeLimit limit(128 << 10);
    for (int attempt = 0; attempt < 3; ++attempt) {
      const auto failed = writer->commit();
      ASSERT_FALSE(failed);
      EXPECT_NE(failed.error().message.find(stage.path()), std::string::npos) << failed.error().message;
      EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr"), 10);
      static_cast<void>(writer->reopen());  // as the sink's queue does between attempts
    }
  }
  ASSERT_TRUE(succeeds(writer->reopen()));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(DISTINCT call_id) FROM cdr"), 310);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr"), 310);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM story"), 310);
}

TEST(FullDisk, AReaderGoesOnReading) {
  StoreStage stage;
  const auto writer = stage.open();
  add_calls(*writer, 0, 10);
  ASSERT_TRUE(succeeds(writer->commit()));
  add_calls(*writer, 10, 300);
  const FileSizeLimit limit(128 << 10);
  EXPECT_FALSE(writer->commit());
  StoreReader reader(stage.path());
  const auto rows = reader.rows_after({}, 100);
  ASSERT_TRUE(succeeds(rows));
  EXPECT_EQ(rows->size(), 10u);
}

TEST(FullDisk, TheNextDaysFileThatCannotBeMadeIsAnErrorAndNothingIsLost) {
  StoreStage stage;
  const auto writer = stage.open();
  add_calls(*writer, 0, 10);
  stage.now_ns += kDay_ns;
  {
    const FileSizeLimit limit(0);
    EXPECT_FALSE(writer->commit());
    EXPECT_FALSE(writer->commit());
  }
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr", kFirstDay + 1), 10);
}

}  // namespace
}  // namespace sipsonde
