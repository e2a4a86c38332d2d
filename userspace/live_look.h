// SPDX-License-Identifier: Apache-2.0
// Two seconds at an interface's traffic, for `sipsonde doctor`: is there any SIP to see?
#pragma once

#include <optional>
#include <string>

namespace sipsonde {

// "14 SIP messages in 2 s", or nothing when none was seen.
std::optional<std::string> look_for_sip(const std::string& interface);

}  // namespace sipsonde
