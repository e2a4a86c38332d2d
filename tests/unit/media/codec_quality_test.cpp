// SPDX-License-Identifier: Apache-2.0
#include "media/codec_quality.h"

#include <gtest/gtest.h>

#include "base/labels.h"

namespace sipsonde {
namespace {

struct Known {
  sipsonde_codec codec;
  MosScale scale;
  double ie;
  std::optional<double> bpl;
};

const Known kKnown[] = {
    {SIPSONDE_CODEC_pcmu, MosScale::narrowband, 0, 25.1},
    {SIPSONDE_CODEC_pcma, MosScale::narrowband, 0, 25.1},
    {SIPSONDE_CODEC_g729, MosScale::narrowband, 11, 19},
    {SIPSONDE_CODEC_g723, MosScale::narrowband, 15, 16.1},
    {SIPSONDE_CODEC_gsm, MosScale::narrowband, 20, std::nullopt},
    {SIPSONDE_CODEC_g728, MosScale::narrowband, 7, std::nullopt},
    {SIPSONDE_CODEC_g726_32, MosScale::narrowband, 7, std::nullopt},
    {SIPSONDE_CODEC_amr, MosScale::narrowband, 5, 10},
    {SIPSONDE_CODEC_ilbc, MosScale::narrowband, 12, 27},
    {SIPSONDE_CODEC_g722, MosScale::wideband, 13, std::nullopt},
    {SIPSONDE_CODEC_amr_wb, MosScale::wideband, 13, 4.3},
    {SIPSONDE_CODEC_opus, MosScale::wideband, 19.96, 19.5},
};

TEST(CodecQuality, IsWhatIsPublished) {
  for (const Known& known : kKnown) {
    const auto quality = quality_of(known.codec);
    ASSERT_TRUE(quality) << label(known.codec);
    EXPECT_EQ(quality->scale, known.scale) << label(known.codec);
    EXPECT_EQ(quality->equipment, known.ie) << label(known.codec);
    EXPECT_EQ(quality->loss_robustness, known.bpl) << label(known.codec);
  }
}

TEST(CodecQuality, IsUnknownOfEveryOtherCodec) {
  int unknown = 0;
  for (int codec = 0; codec < SIPSONDE_CODEC_COUNT; ++codec)
    unknown += !quality_of(static_cast<sipsonde_codec>(codec));
  EXPECT_EQ(unknown + static_cast<int>(std::size(kKnown)), SIPSONDE_CODEC_COUNT);
  for (const sipsonde_codec codec : {SIPSONDE_CODEC_none, SIPSONDE_CODEC_unknown, SIPSONDE_CODEC_other,
                                     SIPSONDE_CODEC_telephone_event, SIPSONDE_CODEC_cn, SIPSONDE_CODEC_h264})
    EXPECT_FALSE(quality_of(codec)) << label(codec);
}

TEST(CodecQuality, NeverDividesByARobustnessOfZero) {
  for (int codec = 0; codec < SIPSONDE_CODEC_COUNT; ++codec) {
    const auto quality = quality_of(static_cast<sipsonde_codec>(codec));
    EXPECT_GT(quality ? quality->loss_robustness.value_or(1) : 1, 0);
  }
}

}  // namespace
}  // namespace sipsonde
