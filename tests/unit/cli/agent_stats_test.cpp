// SPDX-License-Identifier: Apache-2.0
#include "cli/agent_stats.h"

#include <gtest/gtest.h>

#include "recorded_stats.h"

namespace sipsonde {
namespace {

TEST(AgentStats, ReadsWhatAnAgentSays) {
  const auto stats = parse_agent_stats(stats_body("12.500", 20, 6));
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->node, "edge-1");
  EXPECT_EQ(stats->uptime_seconds, 12.5);
  EXPECT_EQ(stats->packets.at("sip"), 40u);
  EXPECT_EQ(stats->messages.at("requests"), 20u);
  EXPECT_EQ(stats->ring_dropped, 6u);
  EXPECT_EQ(stats->calls_active, 3u);
  EXPECT_EQ(stats->workers_most, 2u);
  EXPECT_EQ(stats->allocated_bytes, std::nullopt);
  EXPECT_EQ(stats->resident_bytes, 47185920u);
  ASSERT_EQ(stats->sinks.size(), 1u);
  EXPECT_EQ(stats->sinks[0].queue_depth, 1u);
  ASSERT_EQ(stats->hooks.size(), 1u);
  EXPECT_EQ(stats->hooks[0].hook, "tcx");
}

TEST(AgentStats, WhatIsMissingOrStrangeIsUnknown) {
  for (const char* body :
       {"{}",
        R"({"packets":[1],"ring":7,"calls":null,"sinks":{"a":1},"hooks":[1,[]],"workers":{"running":"2"}})",
        R"({"packets":{"sip":-1,"rtp":1.5},"uptime_seconds":"1"})"}) {
    const auto stats = parse_agent_stats(body);
    ASSERT_TRUE(stats) << body;
    EXPECT_TRUE(stats->packets.empty());
    EXPECT_EQ(stats->ring_dropped, std::nullopt);
    EXPECT_EQ(stats->workers_running, std::nullopt);
    EXPECT_EQ(stats->uptime_seconds, std::nullopt);
    EXPECT_TRUE(stats->sinks.empty());
    EXPECT_TRUE(stats->hooks.empty());
  }
  for (const char* body : {"", "[]", "<html>", "{"}) EXPECT_FALSE(parse_agent_stats(body)) << body;
}

TEST(AgentStats, TextsAreVisible) {
  const auto stats = parse_agent_stats(R"({"node":"\u001b[2J","sinks":[{"sink":"\u202e"}]})");
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->node, "\\u001B[2J");
  EXPECT_EQ(stats->sinks.at(0).sink, "\\u202E");
}

TEST(AgentStats, ARateNeedsTwoLooksThatFollowEachOther) {
  EXPECT_EQ(rate(10, 30, 2.0), 10.0);
  EXPECT_EQ(rate(30, 10, 2.0), std::nullopt);
  EXPECT_EQ(rate(std::nullopt, 10, 2.0), std::nullopt);
  EXPECT_EQ(rate(10, std::nullopt, 2.0), std::nullopt);
  EXPECT_EQ(rate(10, 30, std::nullopt), std::nullopt);
  AgentStats before, now;
  EXPECT_EQ(seconds_between(before, now), std::nullopt);
  before.uptime_seconds = 5;
  now.uptime_seconds = 6.5;
  EXPECT_EQ(seconds_between(before, now), 1.5);
  now.uptime_seconds = 1;  // it began anew
  EXPECT_EQ(seconds_between(before, now), std::nullopt);
}

}  // namespace
}  // namespace sipsonde
