// SPDX-License-Identifier: Apache-2.0
// Every backend of call detail records that reads the store. A new one is a pair of files, its keys, and a
// line in receivers.cpp.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "sinks/outlet.h"

namespace sipsonde {

// Those whose block stands in the settings, each with its thread; none without a store, and so none in a
// replay. The store's writer is open and has not yet committed.
Result<std::vector<std::unique_ptr<Outlet>>> make_deliveries(const Settings& settings);

}  // namespace sipsonde
