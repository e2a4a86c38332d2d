// SPDX-License-Identifier: Apache-2.0
#include "store/schema.h"

#include <gtest/gtest.h>

#include "store_stage.h"

namespace sipsonde {
namespace {

constexpr const char* kOldSteps[] = {"CREATE TABLE cdr (sequence INTEGER PRIMARY KEY, document TEXT);"};
constexpr const char* kNewSteps[] = {kOldSteps[0], "ALTER TABLE cdr ADD COLUMN tenant TEXT;",
                                     "UPDATE cdr SET tenant = 'default' WHERE tenant IS NULL;"};
constexpr const char* kBrokenSteps[] = {kOldSteps[0], "ALTER TABLE cdr ADD COLUMN tenant TEXT;",
                                        "UPDATE nothing SET tenant = 1;"};

class Schema : public testing::Test {
 protected:
  Database open() { return *Database::open(directory_.file("2026-03-01.db"), Access::create); }
  TemporaryDirectory directory_;
};

TEST_F(Schema, AnEmptyFileGetsAllTables) {
  Database database = open();
  ASSERT_TRUE(succeeds(migrate(database, schema_steps())));
  EXPECT_EQ(*database.number("PRAGMA user_version"), static_cast<std::int64_t>(schema_steps().size()));
  EXPECT_EQ(*database.number("SELECT count(*) FROM sqlite_master WHERE type = 'table'"), 3);
}

TEST_F(Schema, AnOlderFileKeepsItsRowsAndTakesTheStepsThatItLacks) {
  Database database = open();
  ASSERT_TRUE(succeeds(migrate(database, kOldSteps)));
  ASSERT_TRUE(succeeds(database.run("INSERT INTO cdr (document) VALUES ('{}')")));
  ASSERT_TRUE(succeeds(migrate(database, kNewSteps)));
  EXPECT_EQ(*database.number("PRAGMA user_version"), 3);
  EXPECT_EQ(*database.number("SELECT count(*) FROM cdr WHERE tenant = 'default' AND document = '{}'"), 1);
  ASSERT_TRUE(succeeds(migrate(database, kNewSteps)));
}

TEST_F(Schema, AFailedMigrationLeavesTheFileAsItWas) {
  Database database = open();
  ASSERT_TRUE(succeeds(migrate(database, kOldSteps)));
  EXPECT_FALSE(migrate(database, kBrokenSteps));
  EXPECT_EQ(*database.number("PRAGMA user_version"), 1);
  EXPECT_FALSE(database.prepare("SELECT tenant FROM cdr"));
}

TEST_F(Schema, AFileOfALaterVersionIsLeftAlone) {
  Database database = open();
  ASSERT_TRUE(succeeds(migrate(database, kNewSteps)));
  const auto refused = migrate(database, kOldSteps);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().exit_code, 2);
  EXPECT_NE(refused.error().message.find("later version of the store (3)"), std::string::npos)
      << refused.error().message;
}

TEST(SchemaOfTheWriter, AFileThatWasOnlyMadeIsBroughtUpToDate) {
  StoreStage stage;
  std::filesystem::create_directories(stage.path());
  { std::ofstream(stage.file()); }  // killed in the moment of making it
  const auto writer = stage.open();
  ASSERT_TRUE(writer);
  EXPECT_EQ(stage.ask("PRAGMA user_version"), static_cast<std::int64_t>(schema_steps().size()));
}

}  // namespace
}  // namespace sipsonde
