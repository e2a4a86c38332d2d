// SPDX-License-Identifier: Apache-2.0
// Names and values of SIP headers as they are written in a configuration.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/given.h"

namespace sipsonde {

inline constexpr std::size_t kHeaderNameMax = 64;
inline constexpr std::size_t kHeaderValueMax = 512;  // longer texts are not kept of a message either

// A token (RFC 3261 section 25.1).
bool is_header_name(std::string_view name);

// Names of headers compare without regard to case (RFC 3261 section 7.3.1).
bool equal_header_names(std::string_view a, std::string_view b);

// A list of different names, at most `most`.
Result<Done> read_header_names(const Given& given, std::size_t most, std::vector<std::string>& names);

}  // namespace sipsonde
