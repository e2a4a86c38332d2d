// SPDX-License-Identifier: Apache-2.0
#include "facts/trace_context.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

constexpr std::string_view kValid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceContext, IsReadFromATraceparent) {
  const auto context = parse_traceparent(kValid);
  ASSERT_TRUE(context);
  EXPECT_EQ(std::string(to_hex(context->trace_id).data(), 32), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(context->span_id, (SpanId{0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31}));
  EXPECT_TRUE(context->sampled);
}

struct ParentCase {
  const char* name;
  std::string text;
  bool valid;
  bool sampled = false;
};

class Traceparents : public testing::TestWithParam<ParentCase> {};

TEST_P(Traceparents, AreReadByTheRulesOfTheRecommendation) {
  const auto context = parse_traceparent(GetParam().text);
  ASSERT_EQ(context.has_value(), GetParam().valid);
  if (context) EXPECT_EQ(context->sampled, GetParam().sampled);
}

INSTANTIATE_TEST_SUITE_P(
    TraceContext, Traceparents,
    testing::Values(
        ParentCase{"Unsampled", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", true, false},
        ParentCase{"RandomFlagToo", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03", true, true},
        ParentCase{"LaterVersion", "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true, true},
        ParentCase{"LaterVersionWithMore", "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what",
                   true, true},
        ParentCase{"LaterVersionRunsOn", "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what",
                   false},
        ParentCase{"TooMuchForVersion00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x", false},
        ParentCase{"VersionFf", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
        ParentCase{"ZeroTrace", "00-00000000000000000000000000000000-b7ad6b7169203331-01", false},
        ParentCase{"ZeroSpan", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false},
        ParentCase{"Capitals", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false},
        ParentCase{"NotHex", "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01", false},
        ParentCase{"Short", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", false},
        ParentCase{"OtherSeparators", "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01", false},
        ParentCase{"Empty", "", false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(TraceContext, AStateIsHandedOnWhenItIsPlain) {
  EXPECT_TRUE(is_plain_tracestate("congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"));
  EXPECT_FALSE(is_plain_tracestate(""));
  EXPECT_FALSE(is_plain_tracestate("nonsense"));
  EXPECT_FALSE(is_plain_tracestate("a=\x01"));
  EXPECT_FALSE(is_plain_tracestate("a=" + std::string(600, 'x')));
  std::string many = "a=1";
  for (int i = 0; i < 32; ++i) many += ",a=1";
  EXPECT_FALSE(is_plain_tracestate(many));
}

TEST(TraceContext, TheTraceOfACallIsTheGivenOneElseThatOfItsCallId) {
  EXPECT_EQ(trace_id_of("abc", kValid), parse_traceparent(kValid)->trace_id);
  EXPECT_EQ(trace_id_of("abc", "rubbish"), trace_id_of("abc"));
  EXPECT_EQ(trace_id_of("abc", ""), trace_id_of("abc"));
}

}  // namespace
}  // namespace sipsonde
