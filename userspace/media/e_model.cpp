// SPDX-License-Identifier: Apache-2.0
#include "media/e_model.h"

#include <algorithm>
#include <cmath>

namespace sipsonde {
namespace {

constexpr double kNarrowbandBest = 93.2;  // G.107 table 2, everything at its default
constexpr double kWidebandBest = 129;     // G.107.1 clause 6.2
constexpr double kWidebandStretch = 1.29;
constexpr double kNoticedDelayMs = 100;  // mT
constexpr double kWorstImpairment = 95;

double sixth_root(double value) {
  return std::pow(value, 1.0 / 6);
}

}  // namespace

double best_rating(MosScale scale) {
  return scale == MosScale::wideband ? kWidebandBest : kNarrowbandBest;
}

double delay_impairment(double one_way_ms) {
  constexpr double kEndless = 1e6;  // Idd has long reached its limit of 25 * 2
  if (!(one_way_ms > kNoticedDelayMs)) return 0;
  const double x = std::log2(std::min(one_way_ms, kEndless) / kNoticedDelayMs);
  return 25 * (sixth_root(1 + std::pow(x, 6)) - 3 * sixth_root(1 + std::pow(x / 3, 6)) + 2);
}

double effective_equipment_impairment(const Impairment& codec, double loss_percent, double burst_ratio) {
  if (!(loss_percent > 0)) return codec.equipment;
  const double loss = std::min(loss_percent, 100.0);
  const double bursts = burst_ratio >= 1 ? burst_ratio : 1;
  return codec.equipment +
         (kWorstImpairment - codec.equipment) * loss / (loss / bursts + codec.loss_robustness);
}

Mos opinion_of(double rating, MosScale scale) {
  const double r = scale == MosScale::wideband ? rating / kWidebandStretch : rating;
  if (!(r > 0)) return {1, scale};
  if (r >= 100) return {4.5, scale};
  return {std::clamp(1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r), 1.0, 4.5), scale};
}

}  // namespace sipsonde
