// SPDX-License-Identifier: Apache-2.0
#include "store/day.h"

#include <gtest/gtest.h>

#include <fstream>

#include "store/stored_row.h"
#include "unit/sinks/temporary_directory.h"

namespace sipsonde {
namespace {

TEST(StoreDay, IsOfUtcAndNamesItsFile) {
  EXPECT_EQ(file_name_of(day_of(0)), "1970-01-01.db");
  EXPECT_EQ(file_name_of(day_of(1'772'366'400'000'000'000)), "2026-03-01.db");
  EXPECT_EQ(file_name_of(day_of(1'772'323'199'999'999'999)), "2026-02-28.db");
  EXPECT_EQ(file_name_of(day_of(1'772'323'200'000'000'000)), "2026-03-01.db");
}

TEST(StoreDay, IsReadFromTheNameOfItsFileAndFromNoOther) {
  EXPECT_EQ(day_of_file("2026-03-01.db"), 20'513);
  EXPECT_EQ(day_of_file("2024-02-29.db"), 19'782);
  for (const char* name :
       {"", ".db", "2026-03-01", "2026-03-01.db-wal", "2026-02-29.db", "2026-13-01.db", "2026-3-1.db",
        "1969-12-31.db", "x026-03-01.db", "2026/03/01.db", "2026-03-01.db.new"})
    EXPECT_EQ(day_of_file(name), std::nullopt) << name;
}

TEST(StoreDay, FilesAreFoundInTheOrderOfDaysAndNothingElse) {
  const TemporaryDirectory directory;
  for (const char* name : {"2026-03-02.db", "2026-02-28.db", "2026-03-02.db-wal", "lock", "cdr-http.cursor"})
    std::ofstream(directory.file(name)) << "x";
  EXPECT_EQ(days_in(directory.file("")), (std::vector<StoreDay>{20'512, 20'514}));
  EXPECT_TRUE(days_in(directory.file("missing")).empty());
}

TEST(StoreCursor, IsReadAsItWasWritten) {
  const StoreCursor cursor{20'513, 43'200'000'017};
  EXPECT_EQ(to_text(cursor), "2026-03-01/43200000017");
  EXPECT_EQ(parse_cursor(to_text(cursor)), cursor);
  for (const char* text : {"", "2026-03-01", "2026-03-01/", "2026-03-01/x", "2026-03-01/1x", "2026-03-01/-1",
                           "2026-02-30/1", "/1", "2026-03-01/99999999999999999999"})
    EXPECT_EQ(parse_cursor(text), std::nullopt) << text;
}

TEST(StoreCursor, OfALaterDayIsGreater) {
  EXPECT_LT((StoreCursor{1, 500}), (StoreCursor{2, 1}));
  EXPECT_LT((StoreCursor{2, 1}), (StoreCursor{2, 2}));
}

TEST(KeyOfRow, SaysNodeCallLegAndStart) {
  EXPECT_EQ(key_of_row("edge-1", "a/b@c", 2, 1'772'366'400'123), "edge-1/a/b@c/2/1772366400123");
  EXPECT_EQ(key_of_row("edge-1", "a", 0, std::nullopt), "edge-1/a/0/null");
}

}  // namespace
}  // namespace sipsonde
