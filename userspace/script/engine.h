// SPDX-License-Identifier: Apache-2.0
// The operator's script on one worker: a Lua state of its own, asked at the turns of each leg. A script that
// fails costs its own callback and nothing else; one that overruns its budget again and again rests for a
// minute and then begins anew.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "calls/leg_script.h"
#include "config/settings.h"
#include "script/log_limit.h"
#include "script/lua_state.h"
#include "script/script_file.h"
#include "script/script_metrics.h"
#include "script/scripted_call.h"

namespace sipsonde {

class Engine final : public LegScript {
 public:
  // Runs the file once, for its declarations and callbacks. An error reads `file:line: …` and ends the start.
  // The references outlive the engine.
  static Result<std::unique_ptr<Engine>> open(const ScriptFile& file, ScriptMetrics& metrics,
                                              const TrunkTable& trunks, const ScriptLimits& limits);

  void on_start(const ScriptedLeg& leg) override { run(Moment::start, leg); }
  void on_answer(const ScriptedLeg& leg) override { run(Moment::answer, leg); }
  void on_end(const ScriptedLeg& leg) override { run(Moment::end, leg); }

  // Whether callbacks are left out for now.
  bool resting() const { return resting_; }
  std::size_t memory_used() const { return lua_ ? lua_->host().memory_used : 0; }

 private:
  static constexpr std::uint64_t kMinuteNs = 60'000'000'000;
  static constexpr unsigned kOverrunsAMinute = 5;

  Engine(const ScriptFile& file, ScriptMetrics& metrics, const TrunkTable& trunks, const ScriptLimits& limits)
      : file_(file), metrics_(metrics), limits_(limits), call_(trunks) {}

  Result<Done> load();
  Result<Done> find_callbacks();
  Error start_error(std::string text) const;
  std::string with_path(std::string text) const;
  void run(Moment moment, const ScriptedLeg& leg);
  bool awake(std::uint64_t now_ns);
  void note_error(Moment moment, std::uint64_t now_ns);
  void note_overrun(std::uint64_t now_ns);

  const ScriptFile& file_;
  ScriptMetrics& metrics_;
  ScriptLimits limits_;
  ScriptedCall call_;
  std::unique_ptr<LuaState> lua_;
  int call_object_ = LUA_NOREF;
  std::array<int, 3> callbacks_{};  // by Moment; LUA_NOREF: the script has none
  LogLimit log_limit_;
  bool resting_ = false;
  bool off_ = false;  // for good
  std::uint64_t rest_until_ns_ = 0;
  std::uint64_t overruns_since_ns_ = 0;
  unsigned overruns_ = 0;
};

}  // namespace sipsonde
