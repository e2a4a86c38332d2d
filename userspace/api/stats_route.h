// SPDX-License-Identifier: Apache-2.0
// /admin/stats: the state of this agent at a glance, from the sources of /metrics.
#pragma once

#include "api/http.h"
#include "api/surroundings.h"

namespace sipsonde {

HttpResponse stats_answer(const ApiSurroundings& surroundings);

}  // namespace sipsonde
