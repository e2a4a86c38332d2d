// SPDX-License-Identifier: Apache-2.0
// The keys of the block `cdr.kafka`, as part of the table in schema.h.
#pragma once

#include <span>

#include "config/schema.h"

namespace sipsonde {

std::span<const Key> kafka_keys();

}  // namespace sipsonde
