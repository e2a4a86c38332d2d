// SPDX-License-Identifier: Apache-2.0
// A record as a row of the store: the line of JSON, and what of it has a column.
#pragma once

#include <cstdint>
#include <string>

#include "base/arena.h"
#include "facts/fact.h"
#include "facts/json.h"
#include "store/writable_day.h"

namespace sipsonde {

// Its texts are in `texts`, the node's in `context`. `now_ms`: where a record stands that knows no time.
RecordRow row_of(const CallRecord& record, const FactContext& context, Arena& texts, std::int64_t now_ms);

// As the columns of times have them.
std::optional<std::int64_t> to_milliseconds(const std::optional<std::uint64_t>& time_ns);

}  // namespace sipsonde
