// SPDX-License-Identifier: Apache-2.0
#include "media/codec.h"

#include "base/labels.h"
#include "decode/characters.h"

namespace sipsonde {
namespace {

sipsonde_clock clock_of_hertz(std::uint32_t hertz) {
#define X(number, name, rate) \
  if (number != 0 && hertz == rate) return SIPSONDE_CLOCK_##name;
  SIPSONDE_CLOCKS(X)
#undef X
  return SIPSONDE_CLOCK_unknown;
}

sipsonde_codec codec_named(std::string_view encoding) {
  // none, unknown and other are names of ours.
#define X(number, name, label) \
  if (number > SIPSONDE_CODEC_other && equals_ignoring_case(encoding, label)) return SIPSONDE_CODEC_##name;
  SIPSONDE_CODECS(X)
#undef X
  return SIPSONDE_CODEC_other;
}

}  // namespace

std::string_view codec_label(std::uint8_t packed) {
  return label(codec_of(packed));
}

std::uint32_t clock_hertz(std::uint8_t packed) {
#define X(number, name, rate) \
  case number:                \
    return rate;
  switch (static_cast<int>(clock_of(packed))) {
    SIPSONDE_CLOCKS(X)
    default:
      return 0;
  }
#undef X
}

std::uint8_t packed_codec_of(std::string_view encoding, std::uint32_t hertz) {
  const sipsonde_codec codec = codec_named(encoding);
  return packed_codec(codec, codec == SIPSONDE_CODEC_g722 ? SIPSONDE_CLOCK_8000 : clock_of_hertz(hertz));
}

std::uint8_t packed_codec_of(std::uint8_t payload_type) {
  switch (payload_type) {
    case 0:
      return packed_codec(SIPSONDE_CODEC_pcmu, SIPSONDE_CLOCK_8000);
    case 3:
      return packed_codec(SIPSONDE_CODEC_gsm, SIPSONDE_CLOCK_8000);
    case 4:
      return packed_codec(SIPSONDE_CODEC_g723, SIPSONDE_CLOCK_8000);
    case 5:
      return packed_codec(SIPSONDE_CODEC_dvi4, SIPSONDE_CLOCK_8000);
    case 6:
      return packed_codec(SIPSONDE_CODEC_dvi4, SIPSONDE_CLOCK_16000);
    case 7:
      return packed_codec(SIPSONDE_CODEC_lpc, SIPSONDE_CLOCK_8000);
    case 8:
      return packed_codec(SIPSONDE_CODEC_pcma, SIPSONDE_CLOCK_8000);
    case 9:
      return packed_codec(SIPSONDE_CODEC_g722, SIPSONDE_CLOCK_8000);
    case 10:
    case 11:
      return packed_codec(SIPSONDE_CODEC_l16, SIPSONDE_CLOCK_44100);
    case 12:
      return packed_codec(SIPSONDE_CODEC_qcelp, SIPSONDE_CLOCK_8000);
    case 13:
      return packed_codec(SIPSONDE_CODEC_cn, SIPSONDE_CLOCK_8000);
    case 14:
      return packed_codec(SIPSONDE_CODEC_mpa, SIPSONDE_CLOCK_90000);
    case 15:
      return packed_codec(SIPSONDE_CODEC_g728, SIPSONDE_CLOCK_8000);
    case 16:  // 11025 Hz
    case 17:  // 22050 Hz
      return packed_codec(SIPSONDE_CODEC_dvi4, SIPSONDE_CLOCK_unknown);
    case 18:
      return packed_codec(SIPSONDE_CODEC_g729, SIPSONDE_CLOCK_8000);
    case 25:  // CelB
    case 26:  // JPEG
    case 28:  // nv
    case 33:  // MP2T
      return packed_codec(SIPSONDE_CODEC_other, SIPSONDE_CLOCK_90000);
    case 31:
      return packed_codec(SIPSONDE_CODEC_h261, SIPSONDE_CLOCK_90000);
    case 32:
      return packed_codec(SIPSONDE_CODEC_mpv, SIPSONDE_CLOCK_90000);
    case 34:
      return packed_codec(SIPSONDE_CODEC_h263, SIPSONDE_CLOCK_90000);
    default:
      return packed_codec(SIPSONDE_CODEC_unknown, SIPSONDE_CLOCK_unknown);
  }
}

std::uint8_t packed_codec_of(const PayloadType& type) {
  return type.encoding.empty() ? packed_codec_of(type.number)
                               : packed_codec_of(type.encoding, type.clock_rate);
}

}  // namespace sipsonde
