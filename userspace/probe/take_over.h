// SPDX-License-Identifier: Apache-2.0
// Counters and tables that outlive the agent (setting `pin`): the next one loads its programs with the maps
// of the one before in place of new ones.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "probe/pins.h"
#include "sipsonde/knobs.h"

struct sipsonde_bpf;

namespace sipsonde {

// The name by which a worker's ring is kept.
std::string ring_name(std::uint32_t worker);

// Maps that an earlier agent kept are used when all are there and of this shape, with the hash seeds by which
// their entries were placed, which `knobs` has then; else all of it goes, and this is false. The skeleton is
// open and not yet loaded.
bool take_over_maps(Pins& pins, sipsonde_bpf& skeleton, sipsonde_knobs& knobs);

// For the next agent, once the skeleton is loaded.
Result<Done> keep_maps(const Pins& pins, const sipsonde_bpf& skeleton);

}  // namespace sipsonde
