// SPDX-License-Identifier: Apache-2.0
// The paths below /calls: docs/api.md. All of them wait, for the store or for workers.
#pragma once

#include <string>

#include "api/http.h"
#include "api/surroundings.h"

namespace sipsonde {

HttpResponse calls_answer(const ApiSurroundings& surroundings, const HttpRequest& request);

// Of one call; `call_id` is decoded.
HttpResponse call_answer(const ApiSurroundings& surroundings, const HttpRequest& request,
                         const std::string& call_id);
HttpResponse trace_answer(const ApiSurroundings& surroundings, const HttpRequest& request,
                          const std::string& call_id);
HttpResponse ladder_answer(const ApiSurroundings& surroundings, const HttpRequest& request,
                           const std::string& call_id);
HttpResponse pcap_answer(const ApiSurroundings& surroundings, const HttpRequest& request,
                         const std::string& call_id);
HttpResponse post_events_answer(const ApiSurroundings& surroundings, const HttpRequest& request,
                                const std::string& call_id);

}  // namespace sipsonde
