// SPDX-License-Identifier: Apache-2.0
// The tables of a day's file (docs/store.md), and how a file of an older version gets them.
#pragma once

#include <span>

#include "store/database.h"

namespace sipsonde {

// Steps from an empty file on; `PRAGMA user_version` tells how many a file has been through. Append only.
std::span<const char* const> schema_steps();

// Brings a file up to date, all at once or not at all. A file of a later version is an error (exit code 2).
Result<Done> migrate(Database& database, std::span<const char* const> steps);

}  // namespace sipsonde
