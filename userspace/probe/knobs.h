// SPDX-License-Identifier: Apache-2.0
// What the kernel half is told before it is loaded: constants of its programs, and how large its tables are.
#pragma once

#include <cstdint>

#include "config/settings.h"
#include "sipsonde/knobs.h"

struct sipsonde_bpf;  // the skeleton, generated from bpf/sipsonde.bpf.c

namespace sipsonde {

enum class Purpose : std::uint8_t { live, replay };

// A replay has the same seeds every time.
sipsonde_knobs knobs_for(const Settings& settings, unsigned workers, Purpose purpose);

// Into a skeleton that is open and not yet loaded.
void write_knobs(sipsonde_bpf& skeleton, const Settings& settings, const sipsonde_knobs& knobs);

// What must be the same for one program's tables to be another's.
bool have_one_shape(const sipsonde_knobs& a, const sipsonde_knobs& b);

}  // namespace sipsonde
