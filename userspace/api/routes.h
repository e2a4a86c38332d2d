// SPDX-License-Identifier: Apache-2.0
// What is behind the two addresses: metrics.listen and api.listen.
#pragma once

#include "api/http.h"
#include "api/readiness.h"
#include "metrics/admin_requests.h"
#include "metrics/metrics_page.h"
#include "registrations/registrations.h"

namespace sipsonde {

// `/metrics` in the format the scraper likes best, and `/` pointing there. The page outlives the handler.
HttpHandler metrics_routes(const MetricsPage& page);

// What the paths below /admin answer from; outlives the handler.
struct AdminSurroundings {
  const Readiness& readiness;
  Registrations& registrations;
  AdminRequests& requests;
  std::uint64_t (*now_ns)();  // hook time
};

// `/admin/health`: 200 as long as the process answers. `/admin/ready`: 200 while hooks are attached, 503
// before and while draining. `/admin/registrations`: registration_routes.h.
HttpHandler admin_routes(const AdminSurroundings& surroundings);

}  // namespace sipsonde
