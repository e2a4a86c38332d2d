// SPDX-License-Identifier: Apache-2.0
// Shorthands that keep a row of a table of keys readable: what is given, the settings it goes into, and these
// as they are shown.
#pragma once

#include "config/given.h"
#include "config/settings.h"

namespace sipsonde::key_row {

using G = const Given&;
using S = Settings&;
using View = const Settings&;

}  // namespace sipsonde::key_row
