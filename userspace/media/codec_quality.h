// SPDX-License-Identifier: Apache-2.0
// What is published of codecs, for the E-model. Of a codec that is not here nothing is known, and there is no
// MOS of its streams.
#pragma once

#include <optional>

#include "media/e_model.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

struct CodecQuality {
  MosScale scale = MosScale::narrowband;
  double equipment = 0;                   // Ie
  std::optional<double> loss_robustness;  // Bpl; nullopt: published only without loss
};

// By the rtpmap name: of a codec with several bit rates the one that codec_quality.cpp names, as a payload
// type does not tell which is spoken.
std::optional<CodecQuality> quality_of(sipsonde_codec codec);

}  // namespace sipsonde
