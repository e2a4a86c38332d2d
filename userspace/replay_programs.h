// SPDX-License-Identifier: Apache-2.0
// Which programs the replay of a capture takes: each that it does not spares the verifier a third of a
// second.
#pragma once

#include <string>

#include "config/settings.h"
#include "probe/probe.h"

namespace sipsonde {

ProgramSet programs_for(const std::string& capture, const Settings& settings, sipsonde_hook hook);

}  // namespace sipsonde
