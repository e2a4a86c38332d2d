// SPDX-License-Identifier: Apache-2.0
#include "metrics/media_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "metrics/exposition.h"
#include "metrics/latency.h"
#include "unit/metrics/edges_on_page.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kNow = 1'700'000'000 * kNsPerSecond;

// Two trunks of one tenant, one of another, and the default.
TrunkTable trunks() {
  return {TrunkRule{.name = "a", .tenant = "acme"}, TrunkRule{.name = "b", .tenant = "zulu"},
          TrunkRule{.name = "c", .tenant = "acme"}, TrunkRule{.name = "default"}};
}

std::uint64_t no_streams() {
  return 0;
}

std::string page_of(const MediaReports& reports) {
  return render(merge(reports.Collect()), Format::text);
}

TEST(MediaReports, AreByTenantAndEachTenantOnce) {
  MediaReports reports(trunks(), no_streams);
  reports.advance(kNow);
  reports.observe("acme", 2.5, 4.3, 5, 500);
  reports.observe("acme", 30.0, 3.0, 45, 500);
  const std::string page = page_of(reports);
  for (const char* line : {
           R"(rtp_jitter_ms_bucket{tenant="acme",le="2"} 0)",
           R"(rtp_jitter_ms_bucket{tenant="acme",le="5"} 1)",
           R"(rtp_jitter_ms_bucket{tenant="acme",le="30"} 2)",
           R"(rtp_jitter_ms_sum{tenant="acme"} 32.5)",
           R"(rtp_jitter_ms_count{tenant="zulu"} 0)",
           R"(rtp_jitter_ms_count{tenant="default"} 0)",
           R"(rtp_estimated_mos_bucket{tenant="acme",le="3"} 1)",
           R"(rtp_estimated_mos_bucket{tenant="acme",le="4.3"} 2)",
           R"(rtp_loss_ratio{tenant="acme"} 0.05)",
       })
    EXPECT_THAT(page, HasSubstr(std::string(line) + "\n"));
  EXPECT_THAT(page, Not(HasSubstr("rtp_loss_ratio{tenant=\"zulu\"}")));
}

TEST(MediaReports, HaveTheDocumentedEdges) {
  const std::string page = page_of(MediaReports(trunks(), no_streams));
  EXPECT_EQ(edges_on(page, "rtp_jitter_ms_bucket{tenant=\"acme\""),
            "1 2 5 10 20 30 50 75 100 150 200 300 500 1000 2000 +Inf ");
  EXPECT_EQ(edges_on(page, "rtp_estimated_mos_bucket{tenant=\"acme\""),
            "1.5 2 2.5 3 3.3 3.6 3.8 4 4.1 4.2 4.3 4.4 +Inf ");
}

TEST(MediaReports, TakeATenantThatNobodyConfiguredForTheDefault) {
  MediaReports reports(trunks(), no_streams);
  for (const char* name : {"nobody", "", "aaaa", "zzzz", "default"})
    reports.observe(name, 1, std::nullopt, 0, 10);
  const std::string page = page_of(reports);
  EXPECT_THAT(page, HasSubstr("rtp_jitter_ms_count{tenant=\"default\"} 5\n"));
  EXPECT_THAT(page, Not(HasSubstr("nobody")));
}

TEST(MediaReports, ObserveOnlyWhatIsKnown) {
  MediaReports reports(trunks(), no_streams);
  reports.observe("acme", std::nullopt, std::nullopt, 1, 4);
  const std::string page = page_of(reports);
  EXPECT_THAT(page, HasSubstr("rtp_jitter_ms_count{tenant=\"acme\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("rtp_estimated_mos_count{tenant=\"acme\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("rtp_loss_ratio{tenant=\"acme\"} 0.25\n"));
}

TEST(MediaReports, ForgetTheLossOfTenSecondsAgo) {
  MediaReports reports(trunks(), no_streams);
  reports.advance(kNow);
  reports.observe("acme", 1, 4, 50, 100);
  reports.advance(kNow + 9 * kNsPerSecond);
  EXPECT_THAT(page_of(reports), HasSubstr("rtp_loss_ratio{tenant=\"acme\"} 0.5\n"));
  reports.advance(kNow + 10 * kNsPerSecond);
  EXPECT_THAT(page_of(reports), Not(HasSubstr("rtp_loss_ratio{")));
  reports.observe("acme", 1, 4, 0, 100);
  EXPECT_THAT(page_of(reports), HasSubstr("rtp_loss_ratio{tenant=\"acme\"} 0\n"));
  EXPECT_THAT(page_of(reports), HasSubstr("rtp_jitter_ms_count{tenant=\"acme\"} 2\n"));
}

TEST(MediaReports, NeverSayThatMoreWasLostThanExpected) {
  MediaReports reports(trunks(), no_streams);
  reports.observe("acme", 1, 4, UINT64_MAX, 10);
  EXPECT_THAT(page_of(reports), HasSubstr("rtp_loss_ratio{tenant=\"acme\"} 1\n"));
  reports.observe("zulu", 1, 4, UINT64_MAX, UINT64_MAX);
  EXPECT_THAT(page_of(reports), HasSubstr("rtp_loss_ratio{tenant=\"zulu\"} 1\n"));
}

TEST(MediaReports, AskForTheActiveStreamsAtEachScrape) {
  std::uint64_t active = 7;
  MediaReports reports(trunks(), [&active] { return active; });
  EXPECT_THAT(page_of(reports), HasSubstr("rtp_streams_active 7\n"));
  active = 0;
  EXPECT_THAT(page_of(reports), HasSubstr("rtp_streams_active 0\n"));
}

TEST(MediaReports, LoseNothingBetweenThreads) {
  MediaReports reports(trunks(), no_streams);
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 4; ++worker)
    workers.emplace_back([&reports] {
      for (int i = 0; i < 10'000; ++i) reports.observe("acme", 1, 4, 1, 10);
    });
  for (std::thread& worker : workers) worker.join();
  const std::string page = page_of(reports);
  EXPECT_THAT(page, HasSubstr("rtp_jitter_ms_count{tenant=\"acme\"} 40000\n"));
  EXPECT_THAT(page, HasSubstr("rtp_loss_ratio{tenant=\"acme\"} 0.1\n"));
}

}  // namespace
}  // namespace sipsonde
