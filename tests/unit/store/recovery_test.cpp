// SPDX-License-Identifier: Apache-2.0
// What a new run makes of legs that were open when the one before was killed. Here the writer goes without a
// commit, which leaves the files as a kill does; kill_test.cpp kills.
#include "store_stage.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kAnswered_ns = kNoon_ns + 3 * kSecond_ns;

std::vector<StoredRow> rows_in(const StoreStage& stage, std::string_view call_id) {
  StoreReader reader(stage.path());
  const auto rows = reader.rows_of(call_id);
  EXPECT_TRUE(succeeds(rows));
  return rows ? *rows : std::vector<StoredRow>{};
}

bool has(const StoredRow& row, std::string_view text) {
  return row.document.find(text) != std::string::npos;
}

class Recovery : public testing::Test {
 protected:
  // A run that answers some legs and is killed.
  void answer_and_die(std::initializer_list<const char*> calls) {
    const auto writer = stage_.open();
    for (const char* call : calls) add_answer(*writer, call, 0, kNoon_ns);
    ASSERT_TRUE(succeeds(writer->commit()));
  }
  std::unique_ptr<StoreWriter> restart() {
    auto writer = stage_.open();
    EXPECT_TRUE(succeeds(writer->commit()));
    return writer;
  }
  StoreStage stage_;
};

TEST_F(Recovery, AnOpenLegHasACutRecordAtOnce) {
  answer_and_die({"a", "b"});
  restart();
  for (const char* call : {"a", "b"}) {
    const auto rows = rows_in(stage_, call);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].key, "edge-1/" + std::string(call) + "/0/1772366400000");
    EXPECT_TRUE(has(rows[0], R"("coverage":"cut")"));
    EXPECT_TRUE(has(rows[0], R"("tenant_id":"acme","trunk_id":"carrier-a","account_id":"acme-1")"));
    EXPECT_TRUE(has(rows[0], R"("start_timestamp_ms":1772366400000)"));
    EXPECT_TRUE(has(rows[0], R"("answer_timestamp_ms":1772366403000)"));
    EXPECT_TRUE(has(rows[0], R"("end_timestamp_ms":1772366403000)"));
    EXPECT_TRUE(has(rows[0], R"("disposition":"answered")"));
    EXPECT_TRUE(has(rows[0], R"("from_number":"+4930123","to_number":"bob")"));
  }
}

TEST_F(Recovery, HappensOnceHoweverOftenTheAgentStarts) {
  answer_and_die({"a"});
  for (int start = 0; start < 3; ++start) restart();
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM cdr"), 1);
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM open_legs WHERE open"), 0);
}

TEST_F(Recovery, OfALegThatEndedThereIsNone) {
  const auto end_ns = kAnswered_ns + 9 * kSecond_ns;
  {
    const auto writer = stage_.open();
    add_answer(*writer, "a", 0, kNoon_ns);
    ASSERT_TRUE(succeeds(writer->commit()));
    writer->add(answered_record("a", 0, kNoon_ns, end_ns));
    ASSERT_TRUE(succeeds(writer->commit()));
    // A straggling answer, which the call model states after the record.
    writer->add(response_at(EventName::answered, 200, "a", 0, end_ns + 1));
    ASSERT_TRUE(succeeds(writer->commit()));
  }
  restart();
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM cdr"), 1);
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM open_legs WHERE open"), 0);
}

TEST_F(Recovery, ReachesIntoTheFilesOfEarlierDays) {
  answer_and_die({"a"});
  stage_.now_ns += 2 * kDay_ns;
  restart();
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM open_legs WHERE open", kFirstDay), 0);
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM cdr WHERE call_id = 'a'", kFirstDay + 2), 1);
}

TEST_F(Recovery, ManyLegsTakeMoreThanOneTransaction) {
  {
    const auto writer = stage_.open();
    for (int call = 0; call < 510; ++call) add_answer(*writer, std::to_string(call), 0, kNoon_ns);
    ASSERT_TRUE(succeeds(writer->commit()));
  }
  restart();
  EXPECT_EQ(stage_.ask("SELECT count(DISTINCT call_id) FROM cdr"), 510);
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM cdr"), 510);
}

// ---- the agent sees the end ----

TEST_F(Recovery, TheEndThatTheNextRunSeesMakesOneBetterRecordUnderTheSameKey) {
  answer_and_die({"a"});
  const auto writer = restart();
  const auto cut = rows_in(stage_, "a").at(0);
  const std::uint64_t end_ns = kAnswered_ns + 300 * kSecond_ns;
  writer->add(rest_of_call("a", end_ns, endpoint_at(2), endpoint_at(1)));
  ASSERT_TRUE(succeeds(writer->commit()));
  const auto rows = rows_in(stage_, "a");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM cdr"), 1);
  EXPECT_EQ(rows[0].key, cut.key);
  EXPECT_GT(rows[0].at, cut.at);  // whoever has had the first gets the better one too
  EXPECT_TRUE(has(rows[0], R"("billable_seconds":300.000)")) << rows[0].document;
  EXPECT_TRUE(has(rows[0], R"("disconnect_initiator":"callee")"));
  EXPECT_TRUE(has(rows[0], R"("coverage":"cut")"));
}

TEST_F(Recovery, ARestThatIsStatedInTheSameMomentAsTheStartIsJoinedToo) {
  answer_and_die({"a"});
  const auto writer = stage_.open();
  writer->add(rest_of_call("a", kAnswered_ns + kSecond_ns, endpoint_at(1), endpoint_at(2)));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM cdr"), 1);
  EXPECT_TRUE(has(rows_in(stage_, "a").at(0), R"("disconnect_initiator":"caller")"));
}

TEST_F(Recovery, ARestJoinsABeginningOfAnotherDay) {
  answer_and_die({"a"});
  restart();
  stage_.now_ns += kDay_ns;
  const auto writer = restart();
  writer->add(rest_of_call("a", kNoon_ns + kDay_ns, endpoint_at(1), endpoint_at(2)));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM cdr", kFirstDay), 0);
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM cdr", kFirstDay + 1), 1);
  EXPECT_EQ(rows_in(stage_, "a").at(0).key, "edge-1/a/0/1772366400000");
}

TEST_F(Recovery, ARestWithoutABeginningInTheStoreStandsForItself) {
  const auto writer = restart();
  writer->add(rest_of_call("a", kNoon_ns, endpoint_at(1), endpoint_at(2)));
  ASSERT_TRUE(succeeds(writer->commit()));
  const auto rows = rows_in(stage_, "a");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].key, "edge-1/a/0/null");
}

TEST_F(Recovery, BothLegsOfAProxyFindTheirOwnBeginning) {
  {
    const auto writer = stage_.open();
    add_answer(*writer, "a", 0, kNoon_ns);
    for (CallEvent event : {event_at(EventName::invite, "a", 1, kNoon_ns + 1000),
                            response_at(EventName::answered, 200, "a", 1, kNoon_ns + 2 * kSecond_ns)}) {
      for (Endpoint* end : {&event.source, &event.destination}) ++end->address[15];
      writer->add(event);
    }
    ASSERT_TRUE(succeeds(writer->commit()));
  }
  const auto writer = restart();
  // The next run sees the outer leg first, and counts from 0 again.
  writer->add(rest_of_call("a", kAnswered_ns, endpoint_at(3), endpoint_at(2)));
  ASSERT_TRUE(succeeds(writer->commit()));
  const auto rows = rows_in(stage_, "a");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(std::ranges::count_if(rows, [](const StoredRow& row) { return has(row, "\"callee\""); }), 1);
  EXPECT_EQ(stage_.ask("SELECT count(*) FROM cdr WHERE leg = 1 AND document LIKE '%callee%'"), 1);
}

}  // namespace
}  // namespace sipsonde
