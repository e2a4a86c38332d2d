// SPDX-License-Identifier: Apache-2.0
// Whether a record passes what calls() was asked for.
#pragma once

#include <string_view>

#include "store/reader.h"

namespace sipsonde {

// What the filter compares, as the columns have it.
struct FilteredRow {
  std::string_view call_id;
  std::string_view tenant;
  std::string_view trunk;
  std::string_view disposition;
  std::string_view from_number;
  std::string_view to_number;
  std::string_view document;
};

// Of times, which the file's index knows, nothing is asked here.
bool passes(const CallFilter& filter, const FilteredRow& row);

}  // namespace sipsonde
