// SPDX-License-Identifier: Apache-2.0
// The keys of what is written on this host, files and the store, as part of the table in schema.h.
#pragma once

#include <span>

#include "config/schema.h"

namespace sipsonde {

std::span<const Key> cdr_file_keys();
std::span<const Key> events_file_keys();
std::span<const Key> store_keys();

}  // namespace sipsonde
