// SPDX-License-Identifier: Apache-2.0
// What is behind the two addresses: metrics.listen and api.listen.
#pragma once

#include "api/http.h"
#include "api/surroundings.h"
#include "metrics/metrics_page.h"

namespace sipsonde {

// `/metrics` in the format the scraper likes best, and `/` pointing there. The page outlives the service.
HttpService metrics_routes(const MetricsPage& page);

// What route_table.h lists, behind the token. Unknown is 404, another method 405.
HttpService api_service(const ApiSurroundings& surroundings);

}  // namespace sipsonde
