// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sipsonde {

// The one-letter form of a header's name, of either case, from IANA's registry of SIP header fields; 0: it
// has none.
char compact_form_of(std::string_view name);

}  // namespace sipsonde
