// SPDX-License-Identifier: Apache-2.0
#include "media/e_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sipsonde {
namespace {

constexpr double kTolerance = 0.00006;  // the vectors have four decimals

// The straight lines of Cole and Rosenbluth: not what the agent uses, but half of the vectors are of them.
double simplified_delay_impairment(double ms) {
  return 0.024 * ms + (ms > 177.3 ? 0.11 * (ms - 177.3) : 0);
}

struct Vector {
  const char* name;
  double bpl;
  double delay_ms;
  double loss_percent;
  double burst_ratio;
  double ie_eff;
  double simplified_id, simplified_r, simplified_mos;
  double idd, r, mos;
};

constexpr Vector kVectors[] = {
    {"Perfect", 25.1, 0, 0, 1, 0, 0, 93.2, 4.4093, 0, 93.2, 4.4093},
    {"ConcealedAfter100ms", 25.1, 100, 0, 1, 0, 2.4, 90.8, 4.3581, 0, 93.2, 4.4093},
    {"ConcealedAfter150msWith1", 25.1, 150, 1, 1, 3.6398, 3.6, 85.9602, 4.2279, 0.1635, 89.3966, 4.3239},
    {"BareAfter150msWith1", 4.3, 150, 1, 1, 17.9245, 3.6, 71.6755, 3.6746, 0.1635, 75.1119, 3.8267},
    {"ConcealedAfter200msWith2", 25.1, 200, 2, 1, 7.0111, 7.297, 78.8919, 3.9814, 3.0444, 83.1445, 4.1371},
    {"ConcealedAfter150msWith3InBursts", 25.1, 150, 3, 2, 10.7143, 3.6, 78.8857, 3.9812, 0.1635, 82.3222,
     4.1087},
    {"BareAfter400msWith10", 4.3, 400, 10, 1, 66.4336, 34.097, -7.3306, 1, 24.0701, 2.6963, 1},
};

class EModel : public testing::TestWithParam<Vector> {};

TEST_P(EModel, RatesByTheDelayImpairmentOfTheRecommendation) {
  const Vector& v = GetParam();
  const double ie_eff = effective_equipment_impairment({0, v.bpl}, v.loss_percent, v.burst_ratio);
  EXPECT_NEAR(ie_eff, v.ie_eff, kTolerance);
  EXPECT_NEAR(delay_impairment(v.delay_ms), v.idd, kTolerance);
  const double rating = best_rating(MosScale::narrowband) - delay_impairment(v.delay_ms) - ie_eff;
  EXPECT_NEAR(rating, v.r, kTolerance);
  EXPECT_NEAR(opinion_of(rating, MosScale::narrowband).value, v.mos, kTolerance);
}

TEST_P(EModel, HasTheSameOpinionOfARatingWhateverTheDelayFormulaThatLedToIt) {
  const Vector& v = GetParam();
  const double id = simplified_delay_impairment(v.delay_ms);
  EXPECT_NEAR(id, v.simplified_id, kTolerance);
  const double rating = best_rating(MosScale::narrowband) - id -
                        effective_equipment_impairment({0, v.bpl}, v.loss_percent, v.burst_ratio);
  EXPECT_NEAR(rating, v.simplified_r, kTolerance);
  EXPECT_NEAR(opinion_of(rating, MosScale::narrowband).value, v.simplified_mos, kTolerance);
}

INSTANTIATE_TEST_SUITE_P(Vectors, EModel, testing::ValuesIn(kVectors),
                         [](const auto& test) { return std::string(test.param.name); });

// G.107 table B.1, which rounds 4.024 to 4.03.
TEST(OpinionOf, IsThatOfTheBandsOfTheRecommendation) {
  for (const auto& [rating, mos] :
       {std::pair{90.0, 4.34}, {80.0, 4.03}, {70.0, 3.60}, {60.0, 3.10}, {50.0, 2.58}})
    EXPECT_NEAR(opinion_of(rating, MosScale::narrowband).value, mos, 0.0065) << rating;
}

TEST(OpinionOf, NeverFallsBelowOneWhereTheCubicDips) {
  for (const double rating : {-1e300, -7.3306, 0.0, 0.001, 3.222, 6.5152})
    EXPECT_EQ(opinion_of(rating, MosScale::narrowband).value, 1) << rating;
  EXPECT_GT(opinion_of(6.52, MosScale::narrowband).value, 1);
  EXPECT_EQ(opinion_of(100, MosScale::narrowband).value, 4.5);
  EXPECT_EQ(opinion_of(1e300, MosScale::narrowband).value, 4.5);
  EXPECT_EQ(opinion_of(std::nan(""), MosScale::narrowband).value, 1);
}

TEST(OpinionOf, NeverFallsWhileTheRatingRises) {
  double before = 1;
  for (double rating = -10; rating < 110; rating += 0.25) {
    const double mos = opinion_of(rating, MosScale::narrowband).value;
    EXPECT_GE(mos, before) << rating;
    before = mos;
  }
}

TEST(OpinionOf, SaysWhichScaleItIsOf) {
  const Mos wide = opinion_of(90 * 1.29, MosScale::wideband);
  const Mos narrow = opinion_of(90, MosScale::narrowband);
  EXPECT_EQ(wide.scale, MosScale::wideband);
  EXPECT_EQ(narrow.scale, MosScale::narrowband);
  EXPECT_NEAR(wide.value, narrow.value, 1e-9);
  EXPECT_EQ(opinion_of(best_rating(MosScale::wideband), MosScale::wideband).value, 4.5);
}

TEST(DelayImpairment, IsNothingUpTo100MillisecondsAndBoundedBeyond) {
  for (const double ms : {-5.0, 0.0, 100.0, std::nan(""), -std::numeric_limits<double>::infinity()})
    EXPECT_EQ(delay_impairment(ms), 0) << ms;
  EXPECT_GT(delay_impairment(101), 0);
  for (const double ms : {1e4, 1e9, 1e300, std::numeric_limits<double>::infinity()}) {
    EXPECT_GT(delay_impairment(ms), 40) << ms;
    EXPECT_LE(delay_impairment(ms), 50) << ms;
  }
}

TEST(EffectiveEquipmentImpairment, TakesNoLossThatCannotBe) {
  const Impairment codec{11, 19};
  EXPECT_EQ(effective_equipment_impairment(codec, 0, 1), 11);
  EXPECT_EQ(effective_equipment_impairment(codec, -3, 1), 11);
  EXPECT_EQ(effective_equipment_impairment(codec, std::nan(""), 1), 11);
  EXPECT_EQ(effective_equipment_impairment(codec, 250, 1), effective_equipment_impairment(codec, 100, 1));
  EXPECT_EQ(effective_equipment_impairment(codec, 5, 0), effective_equipment_impairment(codec, 5, 1));
  EXPECT_EQ(effective_equipment_impairment(codec, 5, std::nan("")),
            effective_equipment_impairment(codec, 5, 1));
}

TEST(EffectiveEquipmentImpairment, IsWorseWhenLossesComeTogether) {
  const Impairment codec{0, 25.1};
  EXPECT_LT(effective_equipment_impairment(codec, 5, 1), effective_equipment_impairment(codec, 5, 2));
  EXPECT_LT(effective_equipment_impairment(codec, 5, 2), effective_equipment_impairment(codec, 5, 1e9));
}

}  // namespace
}  // namespace sipsonde
