// SPDX-License-Identifier: Apache-2.0
// What gives a scanner away (docs/scanners.md): label values of sip_scanner_events_total.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipsonde {

enum class ScannerKind : std::uint8_t { user_agent, register_sweep, options_sweep, invite_burst };
inline constexpr std::array<std::string_view, 4> kScannerKinds = {"user-agent", "register-sweep",
                                                                  "options-sweep", "invite-burst"};
inline std::string_view label(ScannerKind kind) {
  return kScannerKinds[static_cast<std::size_t>(kind)];
}

}  // namespace sipsonde
