// SPDX-License-Identifier: Apache-2.0
#include "cdr/outage.h"

#include <gmock/gmock.h>

#include "unit/base/said_lines.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const Error kAway{"HTTP 503"};

TEST(Outage, IsSaidOnceAndItsEndOnce) {
  const SaidLines said;
  Outage outage("cdr-http");
  Outage::Clock::time_point now{};
  for (int attempt = 0; attempt < 100; ++attempt) outage.failed(kAway, std::nullopt, now += 10s);
  outage.over(7, now);
  outage.over(0, now);
  EXPECT_THAT(said.lines(), ElementsAre("error cdr-http: HTTP 503; trying again, rows wait in the store",
                                        "info cdr-http: works again after 990 s, 7 rows waited"));
}

TEST(Outage, AReceiverThatComesAndGoesDoesNotFillTheLog) {
  const SaidLines said;
  Outage outage("cdr-http");
  Outage::Clock::time_point now{};
  for (int turn = 0; turn < 400; ++turn) {
    outage.failed(kAway, std::nullopt, now);
    outage.over(0, now += 250ms);
  }
  // A hundred seconds.
  const auto lines = said.lines();
  EXPECT_THAT(lines, SizeIs(8));
  EXPECT_THAT(lines[2], HasSubstr("119 failures since the last line"));
}

TEST(Outage, OneThatLastsIsSaidHoweverSoonItCameAfterAnother) {
  const SaidLines said;
  Outage outage("cdr-http");
  Outage::Clock::time_point now{};
  outage.failed(kAway, std::nullopt, now);
  outage.over(0, now += 1s);
  for (int attempt = 0; attempt < 5; ++attempt) outage.failed(kAway, std::nullopt, now += 10s);
  EXPECT_THAT(said.lines(), SizeIs(3));
  outage.over(0, now);
  EXPECT_THAT(said.lines(), SizeIs(4));
}

}  // namespace
}  // namespace sipsonde
