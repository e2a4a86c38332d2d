// SPDX-License-Identifier: Apache-2.0
#include "media/codec.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

// "PCMU 8000", as a reader says it.
std::string spoken(std::uint8_t packed) {
  return std::string(codec_label(packed)) + " " + std::to_string(clock_hertz(packed));
}

TEST(Codecs, OfStaticPayloadTypesAreThoseOfRfc3551) {
  const struct {
    int payload_type;
    std::string codec;
  } cases[] = {
      {0, "PCMU 8000"},    {1, "unknown 0"},   {2, "unknown 0"},    {3, "GSM 8000"},     {4, "G723 8000"},
      {5, "DVI4 8000"},    {6, "DVI4 16000"},  {7, "LPC 8000"},     {8, "PCMA 8000"},    {9, "G722 8000"},
      {10, "L16 44100"},   {11, "L16 44100"},  {12, "QCELP 8000"},  {13, "CN 8000"},     {14, "MPA 90000"},
      {15, "G728 8000"},   {16, "DVI4 0"},     {17, "DVI4 0"},      {18, "G729 8000"},   {19, "unknown 0"},
      {20, "unknown 0"},   {24, "unknown 0"},  {25, "other 90000"}, {26, "other 90000"}, {27, "unknown 0"},
      {28, "other 90000"}, {29, "unknown 0"},  {30, "unknown 0"},   {31, "H261 90000"},  {32, "MPV 90000"},
      {33, "other 90000"}, {34, "H263 90000"}, {35, "unknown 0"},   {72, "unknown 0"},   {95, "unknown 0"},
      {96, "unknown 0"},   {127, "unknown 0"}, {255, "unknown 0"},
  };
  for (const auto& test : cases)
    EXPECT_EQ(spoken(packed_codec_of(static_cast<std::uint8_t>(test.payload_type))), test.codec)
        << test.payload_type;
}

TEST(Codecs, AreNamedByRtpmap) {
  const struct {
    std::string_view encoding;
    std::uint32_t hertz;
    std::string codec;
  } cases[] = {
      {"PCMU", 8000, "PCMU 8000"},
      {"pcma", 8000, "PCMA 8000"},
      {"opus", 48000, "opus 48000"},
      {"OPUS", 48000, "opus 48000"},
      {"G722", 8000, "G722 8000"},
      {"G722", 16000, "G722 8000"},
      {"AMR", 8000, "AMR 8000"},
      {"AMR-WB", 16000, "AMR-WB 16000"},
      {"amr-wb", 16000, "AMR-WB 16000"},
      {"iLBC", 8000, "iLBC 8000"},
      {"EVS", 16000, "EVS 16000"},
      {"G726-32", 8000, "G726-32 8000"},
      {"speex", 32000, "speex 32000"},
      {"L16", 24000, "L16 24000"},
      {"L16", 11025, "L16 0"},
      {"telephone-event", 8000, "telephone-event 8000"},
      {"Telephone-Event", 48000, "telephone-event 48000"},
      {"CN", 16000, "CN 16000"},
      {"H264", 90000, "H264 90000"},
      {"PCMU", 0, "PCMU 0"},
      {"rtx", 90000, "other 90000"},
      {"x-unheard-of", 8000, "other 8000"},
      {"PCM", 8000, "other 8000"},
      {"", 8000, "other 8000"},
      {"none", 8000, "other 8000"},
      {"unknown", 8000, "other 8000"},
  };
  for (const auto& test : cases)
    EXPECT_EQ(spoken(packed_codec_of(test.encoding, test.hertz)), test.codec) << test.encoding << test.hertz;
}

TEST(Codecs, OfAFormatComeFromItsRtpmapAndElseFromTheTable) {
  PayloadType type;
  type.number = 8;
  EXPECT_EQ(spoken(packed_codec_of(type)), "PCMA 8000");
  type.encoding = "G729";
  type.clock_rate = 8000;
  EXPECT_EQ(spoken(packed_codec_of(type)), "G729 8000");
}

TEST(Codecs, FitTheirByteWithTheirClock) {
  for (unsigned codec = 0; codec < SIPSONDE_CODEC_COUNT; ++codec) {
    for (unsigned clock = 0; clock < SIPSONDE_CLOCK_COUNT; ++clock) {
      const std::uint8_t packed =
          packed_codec(static_cast<sipsonde_codec>(codec), static_cast<sipsonde_clock>(clock));
      EXPECT_EQ(codec_of(packed), codec);
      EXPECT_EQ(clock_of(packed), clock);
    }
  }
  EXPECT_EQ(spoken(0), "none 0");
}

TEST(Codecs, BesideSpeechAreComfortNoiseAndEvents) {
  for (unsigned codec = 0; codec < SIPSONDE_CODEC_COUNT; ++codec)
    EXPECT_EQ(is_beside_speech(static_cast<sipsonde_codec>(codec)),
              codec == SIPSONDE_CODEC_cn || codec == SIPSONDE_CODEC_telephone_event);
}

}  // namespace
}  // namespace sipsonde
