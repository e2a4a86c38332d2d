// SPDX-License-Identifier: Apache-2.0
// A script over the life of a worker: its moments, its errors, its rests.
#include "script/engine.h"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "script/script_file.h"
#include "script/script_set.h"
#include "unit/script/script_stage.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class EngineTest : public ScriptStage {
 protected:
  EngineTest() : before_(spdlog::default_logger()) {
    auto logger =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_));
    logger->set_pattern("%l %v");
    spdlog::set_default_logger(std::move(logger));
  }
  ~EngineTest() override { spdlog::set_default_logger(before_); }

  std::size_t lines_said(const std::string& part) const {
    std::size_t count = 0;
    std::istringstream lines(said_.str());
    for (std::string line; std::getline(lines, line);) count += line.find(part) != line.npos;
    return count;
  }

  std::ostringstream said_;
  std::shared_ptr<spdlog::logger> before_;
};

TEST_F(EngineTest, AsksAtStartAnswerAndEnd) {
  play(
      "local function note(call) call.route = (call.route or '') .. call.moment .. ' ' end\n"
      "on_start, on_answer, on_end = note, note, note");
  start();
  answer();
  end();
  EXPECT_EQ(record_.route, "start answer end ");
}

TEST_F(EngineTest, AsksForWhatThereIs) {
  play("function on_answer(call) call.route = 'x' end");
  start();
  end();
  EXPECT_TRUE(record_.route.empty());
  EXPECT_EQ(metrics_.errors(), 0u);
}

TEST_F(EngineTest, RefusesAScriptWithoutACallback) {
  EXPECT_THAT(refusal("local x = 1"), HasSubstr("has none of the functions on_start, on_answer and on_end"));
  EXPECT_THAT(refusal("on_end = 3"), HasSubstr("on_end is no function"));
}

TEST_F(EngineTest, SaysAnErrorOnceWithFileAndLine) {
  play("function on_start(call)\n  call.route = 'kept'\n  local x = nil + 1\nend");
  start();
  EXPECT_EQ(record_.route, "kept");
  EXPECT_EQ(metrics_.errors(), 1u);
  EXPECT_THAT(said_.str(),
              StartsWith("warning on_start: /etc/sipsonde/voice.lua:3: attempt to perform arithmetic"));
  EXPECT_EQ(lines_said(""), 1u);
}

TEST_F(EngineTest, SaysFewOfManyErrorsAndCountsAll) {
  play("function on_start(call) error('no') end");
  for (int i = 0; i < 1000; ++i) start();
  EXPECT_EQ(metrics_.errors(), 1000u);
  EXPECT_EQ(lines_said("on_start"), 5u);
  now_ns_ += 11'000'000'000;
  start();
  EXPECT_EQ(lines_said("995 errors before it left out"), 1u);
}

TEST_F(EngineTest, LetsNoErrorTextMoveTheCursor) {
  bring("X-A: \x1b[2J\r\n");
  play("function on_start(call) error(call:header('X-A') .. '\\n' .. ('x'):rep(100000)) end");
  start();
  EXPECT_EQ(lines_said(""), 1u);
  EXPECT_EQ(said_.str().find('\x1b'), std::string::npos);
  EXPECT_LT(said_.str().size(), 500u);
}

TEST_F(EngineTest, SaysAnErrorThatIsNoText) {
  play("function on_start(call) error({}) end");
  start();
  EXPECT_EQ(lines_said("the error is no text"), 1u);
}

TEST_F(EngineTest, WritesWhatTheScriptWantsToSay) {
  play("function on_start(call) sipsonde.log('hello ' .. call.moment) end");
  for (int i = 0; i < 100; ++i) start();
  EXPECT_EQ(lines_said("info script: hello start"), 5u);
}

TEST_F(EngineTest, RestsAfterOverrunsAndBeginsAnew) {
  play(
      "runs = 0 function on_start(call) runs = runs + 1 call.route = tostring(runs) "
      "if call:header('X-Loop') then while true do end end end");
  bring("X-Loop: yes\r\n");
  for (int i = 0; i < 5; ++i) start();
  EXPECT_TRUE(engine_->resting());
  EXPECT_EQ(metrics_.errors(), 5u);
  EXPECT_EQ(lines_said("rests for a minute"), 1u);

  record_.route = {};
  start();
  EXPECT_TRUE(record_.route.empty()) << "it is not asked while it rests";
  EXPECT_EQ(metrics_.errors(), 5u);

  now_ns_ += 60'000'000'000;
  bring("X-Mode: calm\r\n");
  start();
  EXPECT_FALSE(engine_->resting());
  EXPECT_EQ(record_.route, "1") << "with globals as after the start";
}

TEST_F(EngineTest, DoesNotRestForOverrunsFarApart) {
  play("function on_start(call) while true do end end");
  for (int i = 0; i < 20; ++i) {
    start();
    now_ns_ += 30'000'000'000;
  }
  EXPECT_FALSE(engine_->resting());
  EXPECT_EQ(metrics_.errors(), 20u);
}

TEST_F(EngineTest, DoesNotRestForOrdinaryErrors) {
  play("function on_start(call) error('no') end");
  for (int i = 0; i < 100; ++i) start();
  EXPECT_FALSE(engine_->resting());
}

TEST_F(EngineTest, RestsWhenMemoryIsFullAndHasItBackAfterwards) {
  ScriptLimits limits;
  limits.memory_bytes = 1u << 20;
  play(
      "kept = {} function on_start(call) for i = 1, 1000 do kept[#kept + 1] = ('x'):rep(100) .. #kept end "
      "call.route = 'done' end",
      limits);
  for (int i = 0; i < 100 && !engine_->resting(); ++i) {
    start();
    EXPECT_LE(engine_->memory_used(), limits.memory_bytes);
  }
  EXPECT_TRUE(engine_->resting());
  now_ns_ += 60'000'000'000;
  record_.route = {};
  start();
  EXPECT_EQ(record_.route, "done");
}

TEST_F(EngineTest, HoldsNoMoreMemoryAfterManyCalls) {
  play("function on_start(call) local t = {} for i = 1, 100 do t[i] = call:header('X-A') .. i end end");
  bring("X-A: value\r\n");
  for (int i = 0; i < 2000; ++i) start();
  EXPECT_EQ(metrics_.errors(), 0u);
  EXPECT_LT(engine_->memory_used(), 1u << 20);
}

// ---- the file ----

class ScriptFileTest : public testing::Test {
 protected:
  std::string write(const std::string& text) {
    const std::string path = testing::TempDir() + "/script_file_test.lua";
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  ~ScriptFileTest() override { std::remove((testing::TempDir() + "/script_file_test.lua").c_str()); }

  std::string refusal(const std::string& path) {
    Settings settings;
    settings.script = path;
    const auto opened = ScriptSet::open(settings, 2, false);
    if (opened) return {};
    EXPECT_EQ(opened.error().exit_code, 2);
    return opened.error().message;
  }
};

TEST_F(ScriptFileTest, IsReadOnceForAllWorkers) {
  const std::string path = write("function on_start(call) call.route = 'x' end");
  EXPECT_EQ(refusal(path), "");
}

TEST_F(ScriptFileTest, NeedNotBe) {
  const auto opened = ScriptSet::open(Settings{}, 2, false);
  ASSERT_TRUE(opened);
  EXPECT_EQ(*opened, nullptr);
}

TEST_F(ScriptFileTest, ThatIsNoneEndsTheStart) {
  EXPECT_THAT(refusal("/nowhere/x.lua"), StartsWith("/nowhere/x.lua: No such file"));
  EXPECT_THAT(refusal(testing::TempDir()), HasSubstr("is no file"));
  EXPECT_THAT(refusal(write("\x1bLJ")), HasSubstr(":1: is compiled code"));
  EXPECT_THAT(refusal(write(std::string((1 << 20) + 1, ' '))), HasSubstr("larger than 1 MiB"));
  const std::string path = write("\nlocal = 1");
  EXPECT_THAT(refusal(path), StartsWith(path + ":2: "));
}

}  // namespace
}  // namespace sipsonde
