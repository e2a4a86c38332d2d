// SPDX-License-Identifier: Apache-2.0
// What /admin/stats of an agent at work says.
#pragma once

#include <string>

namespace sipsonde {

inline std::string stats_body(
    const std::string& uptime, unsigned requests, unsigned dropped = 0,
    const std::string& hooks = R"({"interface":"eth0","direction":"ingress","hook":"tcx"})") {
  return R"({"version":"0.1.0","node":"edge-1","state":"ready","uptime_seconds":)" + uptime +
         R"(,"packets":{"sip":)" + std::to_string(2 * requests) + R"(,"other":10},"messages":{"requests":)" +
         std::to_string(requests) + R"(,"responses":5},"ring":{"events":100,"dropped":)" +
         std::to_string(dropped) +
         R"(},"calls":{"active":3,"dialogs":4,"ended":7},"registrations":2,"evictions":0,)"
         R"("workers":{"running":2,"most":2},"sinks":[{"sink":"store","sent":)" +
         std::to_string(requests) + R"(,"failed":0,"dropped":0,"queue_depth":1}],"hooks":[)" + hooks +
         R"(],"memory":{"allocated_bytes":null,"resident_bytes":47185920}})";
}

}  // namespace sipsonde
