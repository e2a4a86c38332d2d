// SPDX-License-Identifier: Apache-2.0
// The keys of the block `scanners`, as part of the table in schema.h.
#pragma once

#include <span>

#include "config/schema.h"

namespace sipsonde {

std::span<const Key> scanner_keys();

}  // namespace sipsonde
