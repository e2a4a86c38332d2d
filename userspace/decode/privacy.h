// SPDX-License-Identifier: Apache-2.0
// Privacy (RFC 3323 section 4.2): `id;critical`.
#pragma once

#include <string_view>

#include "decode/sip_message.h"

namespace sipsonde {

// Adds the values of one Privacy line. A comma parts values like the semicolon that the RFC wants; `none`
// beside another value takes nothing back: who asked once has asked.
void decode_privacy(std::string_view value, PrivacyWishes& wishes);

}  // namespace sipsonde
