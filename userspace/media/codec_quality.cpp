// SPDX-License-Identifier: Apache-2.0
#include "media/codec_quality.h"

namespace sipsonde {
namespace {

constexpr CodecQuality narrowband(double equipment, std::optional<double> loss_robustness = std::nullopt) {
  return {MosScale::narrowband, equipment, loss_robustness};
}

constexpr CodecQuality wideband(double equipment, std::optional<double> loss_robustness = std::nullopt) {
  return {MosScale::wideband, equipment, loss_robustness};
}

}  // namespace

std::optional<CodecQuality> quality_of(sipsonde_codec codec) {
  switch (codec) {
    // Narrowband, ITU-T G.113 appendix I.
    case SIPSONDE_CODEC_pcmu:
    case SIPSONDE_CODEC_pcma:
      return narrowband(0, 25.1);  // with packet loss concealment (G.711 appendix I), as phones have it
    case SIPSONDE_CODEC_g729:
      return narrowband(11, 19.0);  // G.729A: what is called G729 in SDP is mostly that (RFC 3551 4.5.6)
    case SIPSONDE_CODEC_g723:
      return narrowband(15, 16.1);  // 6.3 kbit/s
    case SIPSONDE_CODEC_gsm:
      return narrowband(20);  // GSM-FR
    case SIPSONDE_CODEC_g728:
      return narrowband(7);  // 16 kbit/s
    case SIPSONDE_CODEC_g726_32:
      return narrowband(7);
    case SIPSONDE_CODEC_amr:
      return narrowband(5, 10.0);  // 12.2 kbit/s, which is GSM-EFR; lower rates are not told apart
    // Published beside the Recommendation: 13.33 kbit/s, the mode of an SDP that names none (RFC 3952 4.1).
    case SIPSONDE_CODEC_ilbc:
      return narrowband(12, 27.0);

    // Wideband, ITU-T G.113 appendix IV.
    case SIPSONDE_CODEC_g722:
      return wideband(13);  // 64 kbit/s
    case SIPSONDE_CODEC_amr_wb:
      return wideband(13, 4.3);  // 12.65 kbit/s
    // No ITU-T Recommendation has it: a published fit (Alahmadi, 2021) for wideband at a variable 13 kbit/s
    // and random loss, whose scale is taken to be the wideband one.
    case SIPSONDE_CODEC_opus:
      return wideband(19.96, 19.50);

    default:
      return std::nullopt;
  }
}

}  // namespace sipsonde
