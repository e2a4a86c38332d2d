// SPDX-License-Identifier: Apache-2.0
#include "script/declaration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace sipsonde {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

MetricDeclaration good() {
  return {.name = "ivr_choice_total",
          .help = "Choices.",
          .kind = MetricKind::counter,
          .labels = {{.name = "choice", .values = {"sales", "support"}, .bound = 0}},
          .edges = {}};
}

struct NameCase {
  std::string test;
  std::string name;
  MetricKind kind;
  std::string problem;
};

class MetricName : public testing::TestWithParam<NameCase> {};

TEST_P(MetricName, IsJudged) {
  MetricDeclaration declaration = good();
  declaration.name = GetParam().name;
  declaration.kind = GetParam().kind;
  if (declaration.kind == MetricKind::histogram) declaration.edges = {1, 2};
  const std::string problem = problem_of(declaration);
  EXPECT_EQ(problem.empty(), GetParam().problem.empty()) << problem;
  EXPECT_TRUE(problem.starts_with(GetParam().problem)) << problem;
}

const NameCase kNames[] = {
    {"Counter", "ivr_choice_total", MetricKind::counter, ""},
    {"Gauge", "ivr_depth", MetricKind::gauge, ""},
    {"Histogram", "ivr_wait_seconds", MetricKind::histogram, ""},
    {"OfTheExample", "sip_voice_attach_total", MetricKind::counter, ""},
    {"CounterWithoutTotal", "ivr_choice", MetricKind::counter, "must end in _total"},
    {"GaugeWithTotal", "ivr_depth_total", MetricKind::gauge, "must not end in _total"},
    {"OfTheTable", "sip_calls_total", MetricKind::counter, "is a metric of the agent itself"},
    {"OfTheTableInOpenMetrics", "sip_calls", MetricKind::gauge, "is a metric of the agent itself"},
    {"PartOfAHistogram", "sip_call_setup_seconds_sum", MetricKind::gauge, "must not end in _sum"},
    {"Count", "ivr_count", MetricKind::gauge, "must not end in _count"},
    {"ReservedPrefix", "sipsonde_x_total", MetricKind::counter, "must not begin with sipsonde_"},
    {"UpperCase", "Ivr_total", MetricKind::counter, "is no name of a metric"},
    {"Digit", "1_total", MetricKind::counter, "is no name of a metric"},
    {"Blank", "ivr choice_total", MetricKind::counter, "is no name of a metric"},
    {"Empty", "", MetricKind::counter, "is no name of a metric"},
    {"Long", std::string(123, 'a') + "_total", MetricKind::counter, "is no name of a metric"},
};

INSTANTIATE_TEST_SUITE_P(Names, MetricName, testing::ValuesIn(kNames),
                         [](const auto& test) { return test.param.test; });

TEST(MetricDeclaration, NeedsAHelp) {
  MetricDeclaration declaration = good();
  declaration.help.clear();
  EXPECT_THAT(problem_of(declaration), HasSubstr("needs a help"));
  declaration.help = "\xff";
  EXPECT_THAT(problem_of(declaration), HasSubstr("needs a help"));
}

TEST(MetricDeclaration, HasLabelsThatAPageCanCarry) {
  const auto problem_with = [](LabelDeclaration label) {
    MetricDeclaration declaration = good();
    declaration.labels = {std::move(label)};
    return problem_of(declaration);
  };
  EXPECT_THAT(problem_with({"result", {"ok"}, 0}), IsEmpty());
  EXPECT_THAT(problem_with({"result", {}, 64}), IsEmpty());
  EXPECT_THAT(problem_with({"result", {}, 0}), HasSubstr("has no values"));
  EXPECT_THAT(problem_with({"result", {}, 65}), HasSubstr("more than 64 values"));
  EXPECT_THAT(problem_with({"le", {"ok"}, 0}), HasSubstr("no name for a label"));
  EXPECT_THAT(problem_with({"__name__", {"ok"}, 0}), HasSubstr("no name for a label"));
  EXPECT_THAT(problem_with({"Result", {"ok"}, 0}), HasSubstr("no name for a label"));
  EXPECT_THAT(problem_with({"result", {"ok", "ok"}, 0}), HasSubstr("\"ok\" twice"));
  EXPECT_THAT(problem_with({"result", {"other"}, 0}), HasSubstr("always there"));
  EXPECT_THAT(problem_with({"result", {""}, 0}), HasSubstr("empty"));
  EXPECT_THAT(problem_with({"result", {"\xc3"}, 0}), HasSubstr("no UTF-8"));
  EXPECT_THAT(problem_with({"result", {std::string(65, 'x')}, 0}), HasSubstr("longer than 64"));
}

TEST(MetricDeclaration, IsBoundedInItsSeries) {
  MetricDeclaration declaration = good();
  declaration.labels = {{"a", {}, 63}, {"b", {}, 63}};
  EXPECT_EQ(declaration.cells(), 4096u);
  EXPECT_THAT(problem_of(declaration), IsEmpty());
  declaration.labels.push_back({"c", {"x"}, 0});
  EXPECT_THAT(problem_of(declaration), HasSubstr("too many combinations"));
}

TEST(MetricDeclaration, HasBucketsThatRise) {
  MetricDeclaration declaration = good();
  declaration.name = "ivr_wait_seconds";
  declaration.kind = MetricKind::histogram;
  for (const auto& edges : {std::vector<double>{},
                            {2, 1},
                            {1, 1},
                            {std::numeric_limits<double>::infinity()},
                            std::vector<double>(33)}) {
    declaration.edges = edges;
    EXPECT_THAT(problem_of(declaration), HasSubstr("buckets"));
  }
  declaration.edges = {-1, 0.5, 2};
  EXPECT_THAT(problem_of(declaration), IsEmpty());
}

}  // namespace
}  // namespace sipsonde
