// SPDX-License-Identifier: Apache-2.0
#include "store/cursor_file.h"

#include "store_stage.h"

namespace sipsonde {
namespace {

class CursorFileTest : public testing::Test {
 protected:
  Result<CursorFile> open(const StoreCursor& first = {kFirstDay, 7}) {
    return CursorFile::open(directory_.file("."), "cdr-http", first);
  }
  std::string path() const { return directory_.file("cdr-http.cursor"); }
  TemporaryDirectory directory_;
};

TEST_F(CursorFileTest, ANewOneBeginsWhereItIsToldAndIsOnDiskAtOnce) {
  EXPECT_EQ(open()->cursor(), (StoreCursor{kFirstDay, 7}));
  EXPECT_EQ(content_of(path()), "2026-03-01/7\n");
  EXPECT_EQ(open(StoreCursor{kFirstDay, 99})->cursor(), (StoreCursor{kFirstDay, 7}));
}

TEST_F(CursorFileTest, IsNeverAheadAndAtMostAHundredRowsBehind) {
  auto file = open({kFirstDay, 0});
  ASSERT_TRUE(succeeds(file));
  for (std::int64_t row = 1; row <= 250; ++row) {
    ASSERT_TRUE(succeeds(file->move({kFirstDay, row}, 1)));
    if (row % 10 != 9) continue;
    const std::int64_t on_disk = open()->cursor().sequence;
    EXPECT_LE(on_disk, row);
    EXPECT_GT(on_disk + static_cast<std::int64_t>(CursorFile::kRowsBehind), row);
  }
  ASSERT_TRUE(succeeds(file->save()));
  EXPECT_EQ(open()->cursor().sequence, 250);
}

TEST_F(CursorFileTest, ABatchOfAHundredIsSavedAtOnce) {
  auto file = open();
  ASSERT_TRUE(succeeds(file->move({kFirstDay, 107}, 100)));
  EXPECT_EQ(open()->cursor().sequence, 107);
}

TEST_F(CursorFileTest, ThatHoldsNoCursorIsAnErrorThatSaysWhatToDo) {
  { std::ofstream(path()) << "yesterday\n"; }
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().exit_code, 2);
  EXPECT_NE(refused.error().message.find("2026-03-01/7"), std::string::npos) << refused.error().message;
}

TEST_F(CursorFileTest, WithoutItsDirectoryIsAnError) {
  EXPECT_FALSE(CursorFile::open(directory_.file("missing"), "cdr-http", {}));
}

}  // namespace
}  // namespace sipsonde
