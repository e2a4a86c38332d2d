// SPDX-License-Identifier: Apache-2.0
// How one way of a leg sounded to who listened, as far as it can be told at this tap: the conversational MOS
// of the E-model from what was counted of its stream.
#pragma once

#include <optional>

#include "media/e_model.h"
#include "media/stream_figures.h"

namespace sipsonde {

struct WayConditions {
  double packet_time_ms = 20;           // of speech in a packet (ptime, RFC 8866 section 6.4)
  double jitter_buffer_ms = 60;         // the fixed one that the listener is taken to have
  std::optional<double> round_trip_ms;  // both halves; unknown: the network is taken to add no delay
};

// Ta of G.107: half the round trip, the packet time and the jitter buffer.
double one_way_delay_ms(const WayConditions& conditions);

// nullopt where nothing was heard that could have been good or bad, where nothing is published of the codec,
// or of it under loss. Packets that came too late for the jitter buffer were as good as lost.
std::optional<Mos> opinion_of(const StreamFigures& figures, const WayConditions& conditions);

}  // namespace sipsonde
