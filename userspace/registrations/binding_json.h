// SPDX-License-Identifier: Apache-2.0
// The one place where a binding becomes text for somebody who asks (docs/registrations.md).
#pragma once

#include <cstdint>
#include <string>

#include "registrations/binding.h"

namespace sipsonde {

// {"aor", "contact", "source", "expires", "user_agent"}: `expires` in whole seconds from `now_ns` on, begun
// ones included; what is not known is null. Valid UTF-8 whatever bytes a header held.
void append_json(std::string& out, const Binding& binding, std::uint64_t now_ns);

}  // namespace sipsonde
