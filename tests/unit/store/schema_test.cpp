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
  EXPECT_EQ(*database.number("SELECT count(*) FROM sqlite_master WHERE type = 'table'"), 4);
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

// As the first version wrote it: a call that is over, one that goes on, one that never was answered.
constexpr const char* kRowsOfTheFirstVersion = R"sql(
INSERT INTO events (call_id, leg, first_ns, last_ns, lines) VALUES
  ('over', 0, 1, 1, '{"a":1}' || char(10)), ('over', 0, 2, 2, '{"a":2}' || char(10)),
  ('on', 0, 1, 1, '{"a":3}' || char(10)), ('over', NULL, 3, 3, '{"a":4}' || char(10)),
  ('never', 1, 1, 1, '{"a":5}' || char(10));
INSERT INTO open_legs VALUES ('on', 0);
INSERT INTO cdr (sequence, call_id, leg, node, time_ms, tenant, trunk, direction, document)
  VALUES (7, 'over', 0, 'edge-1', 1, 't', 't', 'inbound', '{}');
)sql";

TEST(SchemaOfTheWriter, AFileOfTheFirstVersionIsReadAsItIsAndLosesNothingWhenItIsBroughtUpToDate) {
  StoreStage stage;
  std::filesystem::create_directories(stage.path());
  {
    Database database = *Database::open(stage.file(), Access::create);
    ASSERT_TRUE(succeeds(migrate(database, schema_steps().first(1))));
    ASSERT_TRUE(succeeds(database.run(kRowsOfTheFirstVersion)));
  }
  const auto expect_all = [&stage] {
    StoreReader reader(stage.path());
    EXPECT_EQ(reader.events_of("over")->size(), 3u);
    EXPECT_EQ(reader.events_of("on")->size(), 1u);
    EXPECT_EQ(reader.events_of("never")->size(), 1u);
    EXPECT_EQ(reader.rows_of("over")->size(), 1u);
    EXPECT_TRUE(reader.messages_of("over")->empty());
  };
  expect_all();
  const auto writer = stage.open();
  ASSERT_TRUE(writer);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM open_legs WHERE open AND call_id = 'on'"), 1);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM open_legs WHERE open"), 1);
  expect_all();
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
