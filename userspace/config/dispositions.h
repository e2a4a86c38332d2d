// SPDX-License-Identifier: Apache-2.0
// The dispositions block: what an operator calls a refusal otherwise than the table does.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/given.h"
#include "config/settings.h"

namespace sipsonde {

// A map of numbers to words: status codes 300 to 699 and Q.850 causes 1 to 127, which do not overlap.
Result<Done> read_dispositions(const Given& given, std::vector<DispositionRule>& rules);

// The same rules as YAML in one line.
std::string dispositions_to_text(const std::vector<DispositionRule>& rules);

}  // namespace sipsonde
