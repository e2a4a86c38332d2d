// SPDX-License-Identifier: Apache-2.0
// After a restart the agent sees only the end of a call whose beginning lies in the store: the two make one
// record.
#pragma once

#include <optional>
#include <span>

#include "base/arena.h"
#include "facts/fact.h"
#include "store/stored_row.h"

namespace sipsonde {

// Whether the beginning of this leg was before the sight of it, so that the store may know more.
bool may_be_a_rest(const CallRecord& record);

// Where the beginning lies that `rest` goes on: the last row of the call between the same addresses that was
// cut while the call went on. Then `rest` has what the beginning knows, texts in `texts`, and the same key.
std::optional<StoreCursor> join(CallRecord& rest, std::span<const StoredRow> rows_of_call, Arena& texts);

}  // namespace sipsonde
