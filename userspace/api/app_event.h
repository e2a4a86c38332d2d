// SPDX-License-Identifier: Apache-2.0
// What other layers say of a call, as they post it: docs/api.md.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/appender.h"

namespace sipsonde {

// Of one body.
inline constexpr std::size_t kAppEventsMost = 256;

// What the line of an event says besides what was posted.
struct AppEventContext {
  std::string_view call_id;
  std::string_view node;
  std::uint64_t now_ns = 0;  // unix, for events without a time
};

// One object of JSON or an array of them, each with `event`; in the order of time. Names begin with `app.`,
// as it is put before those that do not: what was seen on the wire is never mistaken for what was said.
// Members that no event has become attributes. The error says which event is wrong and why.
Result<std::vector<AppEvent>> parse_app_events(std::string_view body, const AppEventContext& context);

}  // namespace sipsonde
