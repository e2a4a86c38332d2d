// SPDX-License-Identifier: Apache-2.0
// What is behind the two addresses: metrics.listen and api.listen.
#pragma once

#include "api/http.h"
#include "api/readiness.h"
#include "metrics/metrics_page.h"

namespace sipsonde {

// `/metrics` in the format the scraper likes best, and `/` pointing there. The page outlives the handler.
HttpHandler metrics_routes(const MetricsPage& page);

// `/admin/health`: 200 as long as the process answers. `/admin/ready`: 200 while hooks are attached, 503
// before and while draining. The readiness outlives the handler.
HttpHandler admin_routes(const Readiness& readiness);

}  // namespace sipsonde
