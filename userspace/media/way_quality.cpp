// SPDX-License-Identifier: Apache-2.0
#include "media/way_quality.h"

#include <algorithm>

#include "media/codec_quality.h"

namespace sipsonde {

double one_way_delay_ms(const WayConditions& conditions) {
  return std::max(0.0, conditions.round_trip_ms.value_or(0)) / 2 + std::max(0.0, conditions.packet_time_ms) +
         std::max(0.0, conditions.jitter_buffer_ms);
}

std::optional<Mos> opinion_of(const StreamFigures& figures, const WayConditions& conditions) {
  const auto codec = quality_of(figures.codec);
  const auto unheard = figures.unheard_fraction();
  if (!codec || !unheard) return std::nullopt;
  double impairment = codec->equipment;
  if (*unheard > 0) {
    if (!codec->loss_robustness) return std::nullopt;
    impairment = effective_equipment_impairment({codec->equipment, *codec->loss_robustness}, *unheard * 100,
                                                burst_ratio(figures));
  }
  const double delay = delay_impairment(one_way_delay_ms(conditions));
  return opinion_of(best_rating(codec->scale) - delay - impairment, codec->scale);
}

}  // namespace sipsonde
