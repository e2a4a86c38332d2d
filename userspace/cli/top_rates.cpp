// SPDX-License-Identifier: Apache-2.0
#include "cli/top_rates.h"

#include <algorithm>
#include <cstdio>

namespace sipsonde {
namespace {

std::string one_decimal(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", std::clamp(value, -1e15, 1e15));
  return text;
}

}  // namespace

std::string rate_text(const std::optional<double>& rate) {
  return rate ? one_decimal(*rate) : "-";
}

std::string count_text(const std::optional<std::uint64_t>& count) {
  return count ? std::to_string(*count) : "-";
}

std::string uptime_text(const std::optional<double>& seconds) {
  if (!seconds || *seconds < 0 || *seconds > 1e12) return "-";
  const auto whole = static_cast<std::uint64_t>(*seconds);
  const std::uint64_t days = whole / 86'400, hours = whole / 3'600 % 24, minutes = whole / 60 % 60;
  const auto pair = [](std::uint64_t large, const char* of, std::uint64_t small, const char* of_small) {
    return std::to_string(large) + of + std::to_string(small) + of_small;
  };
  if (days > 0) return pair(days, " d ", hours, " h");
  if (hours > 0) return pair(hours, " h ", minutes, " min");
  if (minutes > 0) return pair(minutes, " min ", whole % 60, " s");
  return std::to_string(whole) + " s";
}

std::string bytes_text(const std::optional<std::uint64_t>& bytes) {
  return bytes ? one_decimal(static_cast<double>(*bytes) / (1 << 20)) + " MiB" : "-";
}

}  // namespace sipsonde
