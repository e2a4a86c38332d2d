// SPDX-License-Identifier: Apache-2.0
// Does attaching XDP drop the link of this interface? Some drivers reset the device (mlx5, ixgbe, ena): found
// out once, when the operator asks for it, and remembered.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "probe/link.h"

namespace sipsonde {

inline constexpr const char* kXdpRecords = "/var/lib/sipsonde/xdp";

struct XdpTrial {
  bool carrier_lost = false;
  std::uint32_t carrier_changes = 0;  // during the trial
  bool frags = false;
};

// Attaches a program that passes every packet natively for about `watch` (as a link: it goes with this
// process whatever happens), then watches as long again without it. Refuses to begin when the interface is
// down, has no carrier, or has a program already. An error means that XDP could not be attached.
Result<XdpTrial> try_xdp(const Link& link, std::chrono::milliseconds watch);

// The result in DIRECTORY/IF, readable by `attach: auto`. It holds for this driver and this kernel.
Result<Done> record_xdp_trial(const Link& link, const XdpTrial& trial,
                              const std::string& directory = kXdpRecords);

// Whether a trial on this host, of this interface with its present driver and under this kernel, kept the
// link. False when there was none.
bool xdp_proven(const std::string& interface, const std::string& directory = kXdpRecords);

}  // namespace sipsonde
