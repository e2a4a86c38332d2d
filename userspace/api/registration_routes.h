// SPDX-License-Identifier: Apache-2.0
// /admin/registrations: the bindings that were seen (docs/registrations.md).
#pragma once

#include <cstdint>
#include <optional>

#include "api/http.h"
#include "registrations/registrations.h"

namespace sipsonde {

// GET /admin/registrations[?limit=N&after=AOR] lists a page, GET /admin/registrations/AOR one
// address-of-record; DELETE of that forgets it: 204, then 404. Nullopt for any other path. `now_ns`: hook
// time, from which lifetimes count.
std::optional<HttpResponse> registrations_answer(Registrations& registrations, std::uint64_t now_ns,
                                                 const HttpRequest& request);

}  // namespace sipsonde
