// SPDX-License-Identifier: Apache-2.0
#include "metrics/exposition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "metrics/series.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<prometheus::MetricFamily> three_families() {
  Series calls("sip_calls_total");
  calls.add({"acme", "carrier-a", "outbound", "busy"}, 2);
  calls.add({"acme", "carrier-a", "inbound", "answered"}, 12345678901);
  Series active("sip_calls_active");
  active.add({"a\\b\"c\nd", "default"}, 3);
  Series setup("sip_call_setup_seconds");
  setup.add_observed({"inbound"}, {.edges = {0.001, 1, 10, 1e6}, .buckets = {1, 0, 2, 0, 4}, .sum = 0.125});
  return merge({calls.take(), setup.take(), active.take()});
}

TEST(Exposition, WritesPrometheusText) {
  EXPECT_EQ(render(three_families(), Format::text),
            R"(# HELP sip_call_setup_seconds First INVITE of a leg to its 200 (RFC 3261 13).
# TYPE sip_call_setup_seconds histogram
sip_call_setup_seconds_bucket{direction="inbound",le="0.001"} 1
sip_call_setup_seconds_bucket{direction="inbound",le="1"} 1
sip_call_setup_seconds_bucket{direction="inbound",le="10"} 3
sip_call_setup_seconds_bucket{direction="inbound",le="1e+06"} 3
sip_call_setup_seconds_bucket{direction="inbound",le="+Inf"} 7
sip_call_setup_seconds_sum{direction="inbound"} 0.125
sip_call_setup_seconds_count{direction="inbound"} 7
# HELP sip_calls_active Legs confirmed and not ended (RFC 3261 12, confirmed dialogs).
# TYPE sip_calls_active gauge
sip_calls_active{tenant="a\\b\"c\nd",trunk="default"} 3
# HELP sip_calls_total Legs that have ended (RFC 3261 12, 21, RFC 3326).
# TYPE sip_calls_total counter
sip_calls_total{tenant="acme",trunk="carrier-a",direction="inbound",result="answered"} 12345678901
sip_calls_total{tenant="acme",trunk="carrier-a",direction="outbound",result="busy"} 2
)");
}

TEST(Exposition, WritesOpenMetrics) {
  EXPECT_EQ(render(three_families(), Format::openmetrics),
            R"(# HELP sip_call_setup_seconds First INVITE of a leg to its 200 (RFC 3261 13).
# TYPE sip_call_setup_seconds histogram
sip_call_setup_seconds_bucket{direction="inbound",le="0.001"} 1
sip_call_setup_seconds_bucket{direction="inbound",le="1.0"} 1
sip_call_setup_seconds_bucket{direction="inbound",le="10.0"} 3
sip_call_setup_seconds_bucket{direction="inbound",le="1e+06"} 3
sip_call_setup_seconds_bucket{direction="inbound",le="+Inf"} 7
sip_call_setup_seconds_sum{direction="inbound"} 0.125
sip_call_setup_seconds_count{direction="inbound"} 7
# HELP sip_calls_active Legs confirmed and not ended (RFC 3261 12, confirmed dialogs).
# TYPE sip_calls_active gauge
sip_calls_active{tenant="a\\b\"c\nd",trunk="default"} 3
# HELP sip_calls Legs that have ended (RFC 3261 12, 21, RFC 3326).
# TYPE sip_calls counter
sip_calls_total{tenant="acme",trunk="carrier-a",direction="inbound",result="answered"} 12345678901
sip_calls_total{tenant="acme",trunk="carrier-a",direction="outbound",result="busy"} 2
# EOF
)");
}

TEST(Exposition, OfNothingIsEmptyOrOnlyItsEnd) {
  EXPECT_EQ(render({}, Format::text), "");
  EXPECT_EQ(render({}, Format::openmetrics), "# EOF\n");
}

TEST(Exposition, EscapesHelpAsEachFormatAsks) {
  prometheus::MetricFamily family{
      "x", "a \"b\" \\ c\nd", prometheus::MetricType::Gauge, {prometheus::ClientMetric{}}};
  EXPECT_THAT(render({family}, Format::text), HasSubstr("# HELP x a \"b\" \\\\ c\\nd\n"));
  EXPECT_THAT(render({family}, Format::openmetrics), HasSubstr("# HELP x a \\\"b\\\" \\\\ c\\nd\n"));
}

struct NumberCase {
  const char* name;
  double number;
  const char* text;
};

constexpr NumberCase kNumbers[] = {
    {"Zero", 0, "0"},
    {"Negative", -3, "-3"},
    {"LargestThatIsExact", 9007199254740991.0, "9007199254740991"},
    {"Beyond", 1e300, "1e+300"},
    {"ShortestThatReadsBack", 0.1, "0.1"},
    {"SumOfTenths", 0.1 + 0.2, "0.30000000000000004"},
    {"Small", 1.5e-9, "1.5e-09"},
    {"Infinite", std::numeric_limits<double>::infinity(), "+Inf"},
    {"InfiniteBelow", -std::numeric_limits<double>::infinity(), "-Inf"},
    {"NotANumber", std::numeric_limits<double>::quiet_NaN(), "NaN"},
};

class Number : public testing::TestWithParam<NumberCase> {};

TEST_P(Number, IsWrittenShort) {
  Series series("sip_dialog_sessions");
  series.add({}, GetParam().number);
  EXPECT_THAT(render({series.take()}, Format::text),
              HasSubstr(std::string("\nsip_dialog_sessions ") + GetParam().text + "\n"));
}

INSTANTIATE_TEST_SUITE_P(Numbers, Number, testing::ValuesIn(kNumbers),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Merge, MakesOneFamilyOfThoseOfOneName) {
  Series kernel("sip_malformed_total");
  kernel.add({"uri", "kernel"}, 1);
  Series agent("sip_malformed_total");
  agent.add({"from-missing", "agent"}, 2);
  const auto merged = merge({kernel.take(), agent.take()});
  ASSERT_EQ(merged.size(), 1u);
  EXPECT_EQ(render(merged, Format::text),
            "# HELP sip_malformed_total Messages that look like SIP and break RFC 3261 7.\n"
            "# TYPE sip_malformed_total counter\n"
            "sip_malformed_total{reason=\"from-missing\",stage=\"agent\"} 2\n"
            "sip_malformed_total{reason=\"uri\",stage=\"kernel\"} 1\n");
}

TEST(Merge, AddsUpTheSameLabelSet) {
  Series one("sip_calls_active");
  one.add({"acme", "a"}, 1);
  one.add({"acme", "b"}, 5);
  Series two("sip_calls_active");
  two.add({"acme", "a"}, 2);
  Series left("sip_call_setup_seconds");
  left.add_observed({"inbound"}, {.edges = {1}, .buckets = {1, 1}, .sum = 3});
  Series right("sip_call_setup_seconds");
  right.add_observed({"inbound"}, {.edges = {1}, .buckets = {2, 0}, .sum = 0.5});
  const std::string page = render(merge({one.take(), left.take(), two.take(), right.take()}), Format::text);
  EXPECT_THAT(page, HasSubstr("sip_calls_active{tenant=\"acme\",trunk=\"a\"} 3\n"
                              "sip_calls_active{tenant=\"acme\",trunk=\"b\"} 5\n"));
  EXPECT_THAT(page, HasSubstr("_bucket{direction=\"inbound\",le=\"1\"} 3\n"));
  EXPECT_THAT(page, HasSubstr("_bucket{direction=\"inbound\",le=\"+Inf\"} 4\n"));
  EXPECT_THAT(page, HasSubstr("_sum{direction=\"inbound\"} 3.5\n"));
}

TEST(Merge, DoesNotDependOnTheOrderOfItsSources) {
  Series a("sip_calls_active");
  a.add({"x", "1"}, 1);
  Series b("sip_dialog_sessions");
  b.add({}, 2);
  Series c("sip_calls_active");
  c.add({"w", "2"}, 3);
  const auto fa = a.take(), fb = b.take(), fc = c.take();
  EXPECT_EQ(render(merge({fa, fb, fc}), Format::text), render(merge({fc, fb, fa}), Format::text));
}

TEST(Merge, LeavesOutAFamilyWithoutSeries) {
  EXPECT_TRUE(merge({Series("sip_requests_total").take()}).empty());
}

// Another serializer reads the same families: every line of it must be among ours, numbers and all.
TEST(Exposition, AgreesWithTheLibraryOnEveryCounterAndGauge) {
  const auto families = three_families();
  std::ostringstream library;
  prometheus::TextSerializer().Serialize(library, families);
  const std::string ours = render(families, Format::text);
  std::istringstream lines(library.str());
  int compared = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("sip_calls") == std::string::npos || line.find("# ") == 0) continue;
    const std::string series = line.substr(0, line.rfind(' '));
    const double value = std::stod(line.substr(line.rfind(' ')));
    const std::size_t place = ours.find("\n" + series + " ");
    ASSERT_NE(place, std::string::npos) << line;
    EXPECT_EQ(std::stod(ours.substr(place + series.size() + 2)), value) << line;
    ++compared;
  }
  EXPECT_EQ(compared, 3);
}

}  // namespace
}  // namespace sipsonde
