// SPDX-License-Identifier: Apache-2.0
// The trace a call belongs to. It follows from the Call-ID alone, so that every node that sees the call
// writes to the same trace without a byte of the call being changed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sipsonde {

// W3C Trace Context: 16 bytes, written as 32 lower-case hex digits.
using TraceId = std::array<std::uint8_t, 16>;

// The first 16 bytes of SHA-256 (FIPS 180-4) of the Call-ID.
TraceId trace_id_of(std::string_view call_id);

// Not terminated by a NUL.
std::array<char, 32> to_hex(const TraceId& trace_id);

}  // namespace sipsonde
