// SPDX-License-Identifier: Apache-2.0
// The trunks block: which tenant, trunk and account a message belongs to.
#pragma once

#include <string>

#include "base/result.h"
#include "config/given.h"
#include "config/settings.h"

namespace sipsonde {

// The rule that stands last and takes what no other matched.
TrunkRule default_trunk();

// A list of TrunkRule as YAML; the default trunk is added behind them.
Result<Done> read_trunks(const Given& given, TrunkTable& trunks);

// The same rules as YAML in one line, without the default trunk.
std::string trunks_to_text(const TrunkTable& trunks);

}  // namespace sipsonde
