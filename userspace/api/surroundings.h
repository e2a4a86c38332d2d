// SPDX-License-Identifier: Apache-2.0
// What the paths of the API answer from.
#pragma once

#include <cstdint>
#include <vector>

#include "api/access.h"
#include "api/call_store.h"
#include "api/readiness.h"
#include "calls/leg_inquiry.h"
#include "facts/json.h"
#include "metrics/admin_requests.h"
#include "metrics/metrics_page.h"
#include "registrations/registrations.h"

namespace sipsonde {

// Outlives the server.
struct ApiSurroundings {
  const ApiAccess& access;
  const Readiness& readiness;
  const MetricsPage& metrics;
  Registrations& registrations;
  AdminRequests& requests;
  std::vector<LegInquiry*> inquiries;  // one for each worker
  FactContext facts;
  CallStore* store = nullptr;    // nullptr: it is off
  bool keeps_messages = false;   // the setting store.messages
  std::uint64_t started_ns = 0;  // hook time
  std::uint64_t (*hook_now_ns)() = nullptr;
  std::uint64_t (*unix_now_ns)() = nullptr;
};

}  // namespace sipsonde
