// SPDX-License-Identifier: Apache-2.0
#include "store/day.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

namespace sipsonde {
namespace {

constexpr std::string_view kEnding = ".db";
constexpr std::size_t kDateLength = 10;  // 2026-03-01

}  // namespace

StoreDay day_of(std::uint64_t unix_ns) {
  constexpr std::uint64_t kNsADay = 86'400ull * 1'000'000'000;
  return static_cast<StoreDay>(unix_ns / kNsADay);
}

std::string date_of(StoreDay day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  char text[32];
  const int length = std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return {text, static_cast<std::size_t>(length)};
}

std::optional<StoreDay> parse_date(std::string_view text) {
  if (text.size() != kDateLength || text[4] != '-' || text[7] != '-') return std::nullopt;
  unsigned parts[3] = {};
  std::size_t part = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7) {
      ++part;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    parts[part] = parts[part] * 10 + static_cast<unsigned>(text[i] - '0');
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(parts[0])),
                                         std::chrono::month(parts[1]), std::chrono::day(parts[2])};
  if (!date.ok() || parts[0] < 1970) return std::nullopt;
  return static_cast<StoreDay>(std::chrono::sys_days{date}.time_since_epoch().count());
}

std::string file_name_of(StoreDay day) {
  return date_of(day).append(kEnding);
}

std::string path_of(const std::string& directory, StoreDay day) {
  return directory + "/" + file_name_of(day);
}

std::optional<StoreDay> day_of_file(std::string_view name) {
  if (!name.ends_with(kEnding)) return std::nullopt;
  return parse_date(name.substr(0, name.size() - kEnding.size()));
}

std::vector<StoreDay> days_in(const std::string& directory) {
  std::vector<StoreDay> days;
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed))
    if (const auto day = day_of_file(entry->path().filename().string())) days.push_back(*day);
  std::ranges::sort(days);
  return days;
}

}  // namespace sipsonde
