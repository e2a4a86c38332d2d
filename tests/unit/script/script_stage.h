// SPDX-License-Identifier: Apache-2.0
// A script, and a leg for it to be asked about.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "metrics/exposition.h"
#include "script/engine.h"

namespace sipsonde {

class ScriptStage : public testing::Test {
 protected:
  // Expects that the script can be loaded.
  void play(std::string text, const ScriptLimits& limits = {}) {
    auto opened = open(std::move(text), limits);
    ASSERT_TRUE(opened) << opened.error().message;
    engine_ = std::move(*opened);
    metrics_.close();
  }

  // The error that ends the start; empty: there is none.
  std::string refusal(std::string text, const ScriptLimits& limits = {}) {
    const auto opened = open(std::move(text), limits);
    return opened ? std::string() : opened.error().message;
  }

  Result<std::unique_ptr<Engine>> open(std::string text, const ScriptLimits& limits) {
    file_ = ScriptFile{"/etc/sipsonde/voice.lua", std::move(text)};
    return Engine::open(file_, metrics_, trunks_, limits);
  }

  // Asks `question` of Lua, as an expression, when a leg begins; the answer as tostring() writes it.
  std::string answer_to(const std::string& expression) {
    play("function on_start(call) call.route = tostring(" + expression + ") end");
    start();
    return std::string(record_.route);
  }

  ScriptedLeg leg() { return {record_, texts_, message_.headers.empty() ? nullptr : &message_, now_ns_}; }
  void start() { engine_->on_start(leg()); }
  void answer() { engine_->on_answer(leg()); }
  void end() { engine_->on_end(leg()); }

  void bring(std::string headers) {
    headers_ = std::move(headers);
    message_ = SipMessage{};
    message_.is_request = true;
    message_.method = SIPSONDE_METHOD_invite;
    message_.headers = headers_;
  }

  std::string page() const { return render(merge(metrics_.Collect()), Format::text); }

  TrunkTable trunks_ = {TrunkRule{.name = "carrier-a", .tenant = "acme"}, TrunkRule{.name = "default"}};
  ScriptFile file_;
  ScriptMetrics metrics_;
  CallRecord record_;
  Arena texts_;
  std::string headers_;
  SipMessage message_;
  std::uint64_t now_ns_ = 1'000'000'000'000;
  std::unique_ptr<Engine> engine_;
};

}  // namespace sipsonde
