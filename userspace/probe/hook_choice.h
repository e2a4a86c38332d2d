// SPDX-License-Identifier: Apache-2.0
// Which hook takes what comes in. For a packet that passes, tc costs what XDP does, sees both ways and harms
// nobody; XDP needs to be asked for, or proven on this very host.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"
#include "probe/attachment.h"

namespace sipsonde {

enum class IngressHook : std::uint8_t { tc, xdp, xdp_generic };

// `automatic` takes XDP only on a physical interface whose slot is free and where `sipsonde doctor --try-xdp`
// has shown on this host that attaching does not drop the link.
IngressHook choose_ingress(Attach how, const Device& device);

// Whether any of them would be taken by XDP.
bool wants_xdp(Attach how, const std::vector<std::string>& interfaces);

bool is_loopback_device(const std::string& name);

}  // namespace sipsonde
