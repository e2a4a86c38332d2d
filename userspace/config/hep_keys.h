// SPDX-License-Identifier: Apache-2.0
// The keys of HEPv3, in and out, as part of the table in schema.h.
#pragma once

#include <span>

#include "config/schema.h"

namespace sipsonde {

std::span<const Key> hep_keys();

}  // namespace sipsonde
