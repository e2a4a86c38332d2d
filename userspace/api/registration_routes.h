// SPDX-License-Identifier: Apache-2.0
// /admin/registrations: the bindings that were seen (docs/registrations.md).
#pragma once

#include <cstdint>
#include <string>

#include "api/http.h"
#include "registrations/registrations.h"

namespace sipsonde {

// GET /admin/registrations[?limit=N&after=AOR]: a page. `now_ns`: hook time, from which lifetimes count.
HttpResponse registrations_page(const Registrations& registrations, std::uint64_t now_ns,
                                const HttpRequest& request);
// GET /admin/registrations/AOR: those of one address-of-record, however it is written.
HttpResponse registrations_of(const Registrations& registrations, std::uint64_t now_ns,
                              const std::string& uri);
// DELETE of that: 204, then 404.
HttpResponse registrations_forgotten(Registrations& registrations, const std::string& uri);

}  // namespace sipsonde
