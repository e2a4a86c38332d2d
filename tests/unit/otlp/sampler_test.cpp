// SPDX-License-Identifier: Apache-2.0
#include "otlp/sampler.h"

#include <gtest/gtest.h>

#include "unit/otlp/leg_facts.h"

namespace sipsonde {
namespace {

TraceId trace_with_random_part(std::uint64_t part) {
  TraceId id{};
  for (std::size_t i = 0; i < 8; ++i) id[15 - i] = static_cast<std::uint8_t>(part >> (8 * i));
  return id;
}

// What the caller's traceparent says: nothing, sampled, or not.
enum class Parent { none, sampled, unsampled };

struct SamplerCase {
  OtlpSampler sampler;
  double ratio;
  Parent parent;
  std::uint64_t random_part;
  bool takes;
};

class Samplers : public testing::TestWithParam<SamplerCase> {};

TEST_P(Samplers, DecideByTheTraceAlone) {
  const SamplerCase& given = GetParam();
  OtlpSettings settings;
  settings.sampler = given.sampler;
  settings.sampler_ratio = given.ratio;
  std::optional<TraceContext> parent;
  if (given.parent != Parent::none) parent = TraceContext{.sampled = given.parent == Parent::sampled};
  EXPECT_EQ(Sampler(settings).takes_trace(trace_with_random_part(given.random_part), parent), given.takes);
}

constexpr std::uint64_t kLow = 1ull << 60;  // an eighth of the 63 bits that count
constexpr std::uint64_t kHigh = 0xffff'ffff'0000'0000;

INSTANTIATE_TEST_SUITE_P(
    Sampler, Samplers,
    testing::Values(SamplerCase{OtlpSampler::always_on, 1, Parent::unsampled, kHigh, true},
                    SamplerCase{OtlpSampler::always_off, 1, Parent::sampled, kLow, false},
                    SamplerCase{OtlpSampler::trace_id_ratio, 0.25, Parent::none, kLow, true},
                    SamplerCase{OtlpSampler::trace_id_ratio, 0.25, Parent::sampled, kHigh, false},
                    SamplerCase{OtlpSampler::trace_id_ratio, 0, Parent::none, 0, false},
                    SamplerCase{OtlpSampler::trace_id_ratio, 1, Parent::none, kHigh, true},
                    SamplerCase{OtlpSampler::parent_always_on, 1, Parent::none, kHigh, true},
                    SamplerCase{OtlpSampler::parent_always_on, 1, Parent::unsampled, kHigh, false},
                    SamplerCase{OtlpSampler::parent_always_off, 1, Parent::none, kLow, false},
                    SamplerCase{OtlpSampler::parent_always_off, 1, Parent::sampled, kLow, true},
                    SamplerCase{OtlpSampler::parent_trace_id_ratio, 0.25, Parent::none, kHigh, false},
                    SamplerCase{OtlpSampler::parent_trace_id_ratio, 0.25, Parent::sampled, kHigh, true},
                    SamplerCase{OtlpSampler::parent_trace_id_ratio, 0.25, Parent::unsampled, kLow, false}));

TEST(Sampler, TakesAboutItsPartOfCalls) {
  OtlpSettings settings;
  settings.sampler = OtlpSampler::trace_id_ratio;
  settings.sampler_ratio = 0.1;
  const Sampler sampler(settings);
  int taken = 0;
  for (int i = 0; i < 10'000; ++i) taken += sampler.takes_trace(trace_id_of("call-" + std::to_string(i)), {});
  EXPECT_NEAR(taken, 1000, 150);
}

TEST(Sampler, KeepsWhatFailedUnlessToldNotTo) {
  OtlpSettings settings;
  const LegFacts leg = LegFacts::refused(503);
  EXPECT_TRUE(Sampler(settings).keeps(leg.record, true));
  EXPECT_FALSE(Sampler(settings).keeps(leg.record, false));
  settings.keep_failed = false;
  EXPECT_FALSE(Sampler(settings).keeps(leg.record, true));
}

TEST(Sampler, KeepsWhatWasSlow) {
  OtlpSettings settings;
  const LegFacts leg = LegFacts::answered();  // after 2 s
  EXPECT_FALSE(Sampler(settings).keeps(leg.record, false));
  settings.keep_slow = std::chrono::milliseconds(1999);
  EXPECT_TRUE(Sampler(settings).keeps(leg.record, false));
  settings.keep_slow = std::chrono::milliseconds(2000);
  EXPECT_FALSE(Sampler(settings).keeps(leg.record, false));
}

}  // namespace
}  // namespace sipsonde
