// SPDX-License-Identifier: Apache-2.0
// Metrics as scripts declare and move them.
#include "script/script_metrics.h"

#include <thread>
#include <vector>

#include "unit/script/script_stage.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kAttach =
    "local attach = sipsonde.counter{name = 'ivr_attach_total', help = 'Attachments.',\n"
    "  labels = {mode = {'native', 'legacy'}, result = {'ok', 'fail'}}}\n";

class ScriptMetric : public ScriptStage {
 protected:
  // A script that declares and, at the start of a leg, does.
  void run(const std::string& declarations, const std::string& body) {
    play(declarations + "function on_start(call) " + body + " end");
    start();
  }
};

TEST_F(ScriptMetric, CountsByLabel) {
  run(kAttach, "attach:inc{mode = 'native', result = 'ok'} attach:inc({mode = 'native', result = 'ok'}, 2)");
  EXPECT_THAT(page(), HasSubstr("# HELP ivr_attach_total Attachments.\n# TYPE ivr_attach_total counter\n"));
  EXPECT_THAT(page(), HasSubstr("ivr_attach_total{mode=\"native\",result=\"ok\"} 3\n"));
}

TEST_F(ScriptMetric, OfFewClosedLabelsStartsAtZero) {
  play(std::string(kAttach) + "function on_start() end");
  for (const char* line : {"ivr_attach_total{mode=\"native\",result=\"ok\"} 0\n",
                           "ivr_attach_total{mode=\"legacy\",result=\"fail\"} 0\n"})
    EXPECT_THAT(page(), HasSubstr(line));
  EXPECT_THAT(page(), Not(HasSubstr("other")));
}

TEST_F(ScriptMetric, TakesWhatIsBeyondItsBoundForOther) {
  run(kAttach,
      "attach:inc{mode = 'quantum', result = 'ok'} attach:inc{mode = 'other', result = 'ok'}"
      "attach:inc{result = 'ok'} attach:inc{mode = '', result = 'ok'} attach:inc{mode = {}, result = 'ok'}"
      "attach:inc{}");
  EXPECT_THAT(page(), HasSubstr("ivr_attach_total{mode=\"other\",result=\"ok\"} 5\n"));
  EXPECT_THAT(page(), HasSubstr("ivr_attach_total{mode=\"other\",result=\"other\"} 1\n"));
  EXPECT_EQ(metrics_.errors(), 0u);
}

TEST_F(ScriptMetric, OfAnOpenLabelTakesTheFirstThatCome) {
  run("local c = sipsonde.counter{name = 'ivr_code_total', help = 'Codes.', labels = {code = 2}}\n",
      "for _, code in ipairs{200, 404, 500, 200, 486} do c:inc{code = code} end");
  for (const char* line : {"ivr_code_total{code=\"200\"} 2\n", "ivr_code_total{code=\"404\"} 1\n",
                           "ivr_code_total{code=\"other\"} 2\n"})
    EXPECT_THAT(page(), HasSubstr(line));
}

TEST_F(ScriptMetric, LetsNoHostileLabelValueOntoThePage) {
  run("local c = sipsonde.counter{name = 'ivr_code_total', help = 'Codes.', labels = {code = 8}}\n",
      "c:inc{code = '\\255\\254'} c:inc{code = ('x'):rep(65536)} c:inc{code = 'a\\0b'} c:inc{code = "
      "'q\"\\\\\\n'}");
  EXPECT_THAT(page(), HasSubstr("ivr_code_total{code=\"other\"} 2\n"));
  EXPECT_THAT(page(), HasSubstr("ivr_code_total{code=\"q\\\"\\\\\\n\"} 1\n"));
  EXPECT_EQ(metrics_.errors(), 0u);
}

TEST_F(ScriptMetric, CanBeAGauge) {
  run("local g = sipsonde.gauge{name = 'ivr_depth', help = 'Depth.'}\n", "g:set(5) g:add(2.5) g:add(-1)");
  EXPECT_THAT(page(), HasSubstr("# TYPE ivr_depth gauge\nivr_depth 6.5\n"));
}

TEST_F(ScriptMetric, CanBeAHistogram) {
  run("local h = sipsonde.histogram{name = 'ivr_wait_seconds', help = 'Wait.', buckets = {1, 2.5},\n"
      "  labels = {queue = {'sales'}}}\n",
      "for _, s in ipairs{0.5, 1, 2, 3} do h:observe({queue = 'sales'}, s) end");
  for (const char* line :
       {"ivr_wait_seconds_bucket{queue=\"sales\",le=\"1\"} 2\n",
        "ivr_wait_seconds_bucket{queue=\"sales\",le=\"2.5\"} 3\n",
        "ivr_wait_seconds_bucket{queue=\"sales\",le=\"+Inf\"} 4\n",
        "ivr_wait_seconds_sum{queue=\"sales\"} 6.5\n", "ivr_wait_seconds_count{queue=\"sales\"} 4\n"})
    EXPECT_THAT(page(), HasSubstr(line));
}

struct MisuseCase {
  std::string name;
  std::string body;
};

class Misuse : public ScriptMetric, public testing::WithParamInterface<MisuseCase> {};

TEST_P(Misuse, IsAnErrorOfTheScript) {
  run(std::string(kAttach) +
          "local c = sipsonde.counter{name = 'ivr_plain_total', help = 'Plain.'}\n"
          "local g = sipsonde.gauge{name = 'ivr_depth', help = 'Depth.'}\n",
      GetParam().body);
  EXPECT_EQ(metrics_.errors(), 1u);
  EXPECT_THAT(page(), HasSubstr("sipsonde_script_errors_total 1\n"));
}

const MisuseCase kMisuses[] = {
    {"UnknownLabel", "attach:inc{moed = 'native'}"},
    {"NumberForAName", "attach:inc{'native', 'ok'}"},
    {"NoLabels", "attach:inc()"},
    {"CountsDown", "c:inc(-1)"},
    {"NoNumber", "c:inc('1')"},
    {"NotFinite", "c:inc(1/0)"},
    {"NotANumber", "g:set(0/0)"},
    {"SetsNothing", "g:set()"},
    {"MethodOfAnother", "c:set(1)"},
    {"SelfOfAnother", "c.inc(g, 1)"},
    {"NoSelf", "c.inc()"},
    {"DeclaresInACallback", "sipsonde.counter{name = 'late_total', help = 'Late.'}"},
};

INSTANTIATE_TEST_SUITE_P(Scripts, Misuse, testing::ValuesIn(kMisuses),
                         [](const auto& test) { return test.param.name; });

struct RefusalCase {
  std::string name;
  std::string declaration;
  std::string error;  // behind the line
};

class Refusal : public ScriptMetric, public testing::WithParamInterface<RefusalCase> {};

TEST_P(Refusal, EndsTheStartWithTheLine) {
  EXPECT_THAT(refusal("\n\n" + GetParam().declaration + "\nfunction on_start() end"),
              StartsWith("/etc/sipsonde/voice.lua:3: " + GetParam().error));
}

const RefusalCase kRefusals[] = {
    {"Name", "sipsonde.counter{name = 'ivr', help = 'x'}", "sipsonde.counter: \"ivr\" must end in _total"},
    {"NoName", "sipsonde.counter{help = 'x'}", "sipsonde.counter: needs a name"},
    {"NoHelp", "sipsonde.gauge{name = 'ivr'}", "sipsonde.gauge: \"ivr\" needs a help"},
    {"NoTable", "sipsonde.gauge('ivr')", "bad argument #1"},
    {"UnknownKey", "sipsonde.gauge{name = 'ivr', help = 'x', lables = {}}",
     "sipsonde.gauge: \"ivr\" takes name, help"},
    {"Labels", "sipsonde.gauge{name = 'ivr', help = 'x', labels = 'mode'}",
     "sipsonde.gauge: \"ivr\" takes labels as"},
    {"LabelWithoutName", "sipsonde.gauge{name = 'ivr', help = 'x', labels = {'mode'}}",
     "sipsonde.gauge: \"ivr\" takes labels by name"},
    {"LabelBound", "sipsonde.gauge{name = 'ivr', help = 'x', labels = {mode = 1e9}}",
     "sipsonde.gauge: \"ivr\" label \"mode\" takes 1 to 64 values"},
    {"LabelValue", "sipsonde.gauge{name = 'ivr', help = 'x', labels = {mode = {{}}}}",
     "sipsonde.gauge: \"ivr\" label \"mode\" has a value that is no text"},
    {"NoBuckets", "sipsonde.histogram{name = 'ivr', help = 'x'}",
     "sipsonde.histogram: \"ivr\" needs buckets"},
    {"OfTheAgent", "sipsonde.counter{name = 'sip_bye_total', help = 'x'}",
     "sipsonde.counter: \"sip_bye_total\" is a metric of the agent itself"},
    {"Otherwise", "sipsonde.gauge{name = 'ivr', help = 'x'} sipsonde.gauge{name = 'ivr', help = 'y'}",
     "sipsonde.gauge: \"ivr\" was declared otherwise before"},
    {"WithAndWithoutTotal",
     "sipsonde.gauge{name = 'ivr', help = 'x'} sipsonde.counter{name = 'ivr_total', help = 'y'}",
     "sipsonde.counter: \"ivr_total\" is a name with and without _total"},
    {"Syntax", "local = 3", "'<name>' expected near '='"},
    {"Error", "error('no')", "no"},
    {"Nothing", "local x = nil; x.y = 1", "attempt to index local 'x'"},
};

INSTANTIATE_TEST_SUITE_P(Scripts, Refusal, testing::ValuesIn(kRefusals),
                         [](const auto& test) { return test.param.name; });

TEST_F(ScriptMetric, CanNotBeDeclaredWithoutEnd) {
  EXPECT_THAT(refusal("for i = 1, 1000 do sipsonde.gauge{name = 'ivr_' .. ('x'):rep(i), help = 'x'} end"),
              HasSubstr("is one metric too many; at most 64"));
}

TEST_F(ScriptMetric, IsOneForAllWorkers) {
  const std::string script =
      std::string(kAttach) + "function on_start() attach:inc{mode = 'legacy', result = 'ok'} end";
  play(script);
  const ScriptFile file{"voice.lua", script};
  auto second = Engine::open(file, metrics_, trunks_, {});
  ASSERT_TRUE(second) << second.error().message;
  start();
  (*second)->on_start(leg());
  EXPECT_THAT(page(), HasSubstr("ivr_attach_total{mode=\"legacy\",result=\"ok\"} 2\n"));
  const ScriptFile another{"voice.lua", "sipsonde.gauge{name = 'late', help = 'x'} function on_start() end"};
  EXPECT_FALSE(Engine::open(another, metrics_, trunks_, {}));
}

TEST_F(ScriptMetric, LosesNothingBetweenThreads) {
  auto declared = metrics_.declare({"ivr_code_total", "Codes.", MetricKind::counter, {{"code", {}, 3}}, {}});
  ASSERT_TRUE(declared);
  ScriptFamily& family = **declared;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&family] {
      for (int i = 0; i < 1000; ++i)
        family.add(family.place_of(0, std::to_string(i % 5)) * family.stride(0), 1);
    });
  for (std::thread& thread : threads) thread.join();
  double sum = 0;
  const auto collected = family.collect();
  for (const auto& metric : collected.metric) sum += metric.counter.value;
  EXPECT_EQ(sum, 4000);
  EXPECT_EQ(collected.metric.size(), 4u);
}

}  // namespace
}  // namespace sipsonde
