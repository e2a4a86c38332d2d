// SPDX-License-Identifier: Apache-2.0
// Legs that have not ended, as rows: their workers are asked for them, and what does not know its end yet
// says null.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call_query.h"
#include "api/surroundings.h"

namespace sipsonde {

struct LivePage {
  std::vector<std::string> rows;  // lines of JSON as in cdr.jsonl, those that began latest first
  std::optional<LivePlace> next;  // nullopt: that is all
};

// Waits about a second at most; a page may hold fewer rows than were asked for and yet have a next one.
// An error: a worker did not answer in time.
Result<LivePage> live_calls(const ApiSurroundings& surroundings, const CallQuery& query);

// Of one call, by the number of the leg.
Result<std::vector<std::string>> live_legs_of(const ApiSurroundings& surroundings, std::string_view call_id);

}  // namespace sipsonde
