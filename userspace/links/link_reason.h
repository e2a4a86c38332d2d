// SPDX-License-Identifier: Apache-2.0
// Why two calls are taken to belong together.
#pragma once

#include <cstdint>
#include <string_view>

namespace sipsonde {

// In ascending precedence: what is said outranks what is guessed.
enum class LinkReason : std::uint8_t { none, match, refer_to, icid, session_id, header, x_cid, replaces };

// The value of the column link_reason; empty for none.
std::string_view label(LinkReason reason);

}  // namespace sipsonde
