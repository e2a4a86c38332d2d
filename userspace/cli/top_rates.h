// SPDX-License-Identifier: Apache-2.0
// Numbers as `top` and `status` write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sipsonde {

// "12.0", a dash when unknown.
std::string rate_text(const std::optional<double>& rate);
std::string count_text(const std::optional<std::uint64_t>& count);
// "3 d 4 h", "4 h 5 min", "5 min 6 s", "6 s".
std::string uptime_text(const std::optional<double>& seconds);
// "45.2 MiB".
std::string bytes_text(const std::optional<std::uint64_t>& bytes);

}  // namespace sipsonde
