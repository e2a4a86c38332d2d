// SPDX-License-Identifier: Apache-2.0
#include "metrics/call_quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "metrics/exposition.h"
#include "unit/metrics/edges_on_page.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;

std::string page_of(const CallQuality& quality) {
  return render(merge(quality.Collect()), Format::text);
}

CallRecord heard_leg() {
  CallRecord record;
  record.rtt_ms = 42.5;
  record.jitter_ms = 2;
  record.loss_fraction = 0.05;
  record.estimated_mos = 4.1087;
  return record;
}

TEST(CallQuality, ObservesALegOnceAtItsEdges) {
  CallQuality quality;
  quality.count(heard_leg());
  const std::string page = page_of(quality);
  for (const char* line : {
           R"(sip_call_rtt_ms_bucket{le="30"} 0)",
           R"(sip_call_rtt_ms_bucket{le="50"} 1)",
           R"(sip_call_rtt_ms_sum 42.5)",
           R"(sip_call_jitter_ms_bucket{le="1"} 0)",
           R"(sip_call_jitter_ms_bucket{le="2"} 1)",  // inclusive
           R"(sip_call_loss_fraction_bucket{le="0.03"} 0)",
           R"(sip_call_loss_fraction_bucket{le="0.05"} 1)",
           R"(sip_call_loss_fraction_sum 0.05)",
           R"(sip_call_mos_estimate_bucket{le="4.1"} 0)",
           R"(sip_call_mos_estimate_bucket{le="4.2"} 1)",
           R"(sip_call_mos_estimate_sum 4.1087)",
           R"(sip_call_mos_estimate_count 1)",
       })
    EXPECT_THAT(page, HasSubstr(std::string(line) + "\n"));
}

TEST(CallQuality, HasTheDocumentedEdges) {
  const std::string page = page_of(CallQuality());
  for (const char* time : {"sip_call_rtt_ms_bucket", "sip_call_jitter_ms_bucket"})
    EXPECT_EQ(edges_on(page, time), "1 2 5 10 20 30 50 75 100 150 200 300 500 1000 2000 +Inf ");
  EXPECT_EQ(edges_on(page, "sip_call_loss_fraction_bucket"),
            "0.001 0.002 0.005 0.01 0.02 0.03 0.05 0.1 0.2 0.5 +Inf ");
  EXPECT_EQ(edges_on(page, "sip_call_mos_estimate_bucket"),
            "1.5 2 2.5 3 3.3 3.6 3.8 4 4.1 4.2 4.3 4.4 +Inf ");
}

TEST(CallQuality, DoesNotObserveWhatIsUnknown) {
  CallQuality quality;
  quality.count(CallRecord());
  EXPECT_EQ(page_of(quality), page_of(CallQuality()));
  EXPECT_THAT(page_of(quality), HasSubstr("sip_call_mos_estimate_count 0\n"));
}

TEST(CallQuality, ObservesThatNothingWasLost) {
  CallQuality quality;
  CallRecord record;
  record.loss_fraction = 0;
  quality.count(record);
  EXPECT_THAT(page_of(quality), HasSubstr("sip_call_loss_fraction_bucket{le=\"0.001\"} 1\n"));
}

TEST(CallQuality, HasNoMosOfALegThatLostSomethingHere) {
  CallQuality quality;
  CallRecord record = heard_leg();
  record.coverage = Coverage::lossy;
  quality.count(record);
  EXPECT_THAT(page_of(quality), HasSubstr("sip_call_mos_estimate_count 0\n"));
  EXPECT_THAT(page_of(quality), HasSubstr("sip_call_rtt_ms_count 1\n"));
  record.coverage = Coverage::cut;
  quality.count(record);
  EXPECT_THAT(page_of(quality), HasSubstr("sip_call_mos_estimate_count 1\n"));
}

TEST(CallQuality, KeepsTheWidebandScaleOutOfTheNarrowbandSeries) {
  CallQuality quality;
  CallRecord record = heard_leg();
  record.mos_is_wideband = true;
  quality.count(record);
  EXPECT_THAT(page_of(quality), HasSubstr("sip_call_mos_estimate_count 0\n"));
  EXPECT_THAT(page_of(quality), HasSubstr("sip_call_jitter_ms_count 1\n"));
}

TEST(CallQuality, TakesNoNumberThatIsNone) {
  CallQuality quality;
  for (const double broken : {std::nan(""), -1.0, -HUGE_VAL}) {
    CallRecord record = heard_leg();
    record.rtt_ms = record.jitter_ms = record.loss_fraction = record.estimated_mos = broken;
    quality.count(record);
  }
  EXPECT_EQ(page_of(quality), page_of(CallQuality()));
  CallRecord endless;
  endless.rtt_ms = HUGE_VAL;
  quality.count(endless);
  EXPECT_THAT(page_of(quality), HasSubstr("sip_call_rtt_ms_sum 1000000\n"));
}

}  // namespace
}  // namespace sipsonde
