// SPDX-License-Identifier: Apache-2.0
#include "sinks/error_line.h"

#include <gmock/gmock.h>

#include "unit/base/said_lines.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

const Error kRefused{"connection refused"};

TEST(ErrorLine, WhatFailsOnAndOnIsSaidTwiceAMinute) {
  const SaidLines said;
  ErrorLine line("otlp");
  ErrorLine::Clock::time_point now{};
  for (int attempt = 0; attempt < 45; ++attempt, now += 1s) line.failed(kRefused, now);
  line.recovered();
  line.recovered();
  EXPECT_THAT(
      said.lines(),
      ElementsAre("error otlp: connection refused; trying again",
                  "error otlp: connection refused; still trying, 29 more failures since the last line",
                  "info otlp: works again"));
}

TEST(ErrorLine, WhatComesAndGoesIsSaidAsSeldom) {
  const SaidLines said;
  ErrorLine line("otlp");
  ErrorLine::Clock::time_point now{};
  for (int turn = 0; turn < 600; ++turn, now += 100ms) {
    line.failed(kRefused, now);
    line.recovered();
  }
  EXPECT_THAT(said.lines(), SizeIs(4));  // in a minute
}

}  // namespace
}  // namespace sipsonde
