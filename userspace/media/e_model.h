// SPDX-License-Identifier: Apache-2.0
// The E-model: from delay, loss and codec to a rating R, and from R to a mean opinion score.
//
// Narrowband is ITU-T G.107 with all defaults but Ta, Ppl, BurstR, Ie and Bpl, so that R = 93.2 - Idd -
// Ie,eff. Its delay impairment is the Recommendation's own Idd (equations 7-27 and 7-28, sT = 1, mT = 100
// ms), not the two straight lines that Cole and Rosenbluth fitted to an early version of it: those charge 2.4
// for 100 ms, of which G.107 says that nobody hears them, and a MOS by G.107 must be one that others who name
// G.107 arrive at.
//
// Wideband is ITU-T G.107.1, on a scale of its own (R up to 129): a MOS always says which scale it is of, and
// two of different scales must not meet in one series.
#pragma once

#include <cstdint>

namespace sipsonde {

enum class MosScale : std::uint8_t { narrowband, wideband };

struct Mos {
  double value = 1;  // 1 to 4.5
  MosScale scale = MosScale::narrowband;
};

// How a codec sounds by itself, and how well it bears loss (G.107 clause 7.5, figures of G.113).
struct Impairment {
  double equipment = 0;        // Ie
  double loss_robustness = 1;  // Bpl, above 0
};

// R without delay, loss and codec: 93.2 of G.107, 129 of G.107.1.
double best_rating(MosScale scale);

// Idd of a one-way delay from mouth to ear. What is no number, or negative, is no delay.
double delay_impairment(double one_way_ms);

// Ie,eff of `loss_percent` of packets that the listener did not get. `burst_ratio` is 1 of random loss, more
// when losses come together. G.107 equation 7-29; G.107.1 is taken to have the same form.
double effective_equipment_impairment(const Impairment& codec, double loss_percent, double burst_ratio);

// MOS-CQ of R (G.107 equation B-4, of R / 1.29 on the wideband scale). The cubic dips below 1 where R is
// small and positive: it is held at 1.
Mos opinion_of(double rating, MosScale scale);

}  // namespace sipsonde
