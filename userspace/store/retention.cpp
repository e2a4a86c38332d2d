// SPDX-License-Identifier: Apache-2.0
#include "store/retention.h"

#include <filesystem>
#include <map>

namespace sipsonde {
namespace {

// Calls `visit(day, entry)` for whatever begins with the name of a day's file.
template <typename Visit>
void for_each_part(const std::string& directory, Visit&& visit) {
  constexpr std::size_t kNameLength = 13;  // 2026-03-01.db
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed))
    if (const auto day = day_of_file(entry->path().filename().string().substr(0, kNameLength)))
      visit(*day, *entry);
}

}  // namespace

std::vector<StoreDay> days_to_remove(const std::vector<StoredDay>& days, StoreDay current,
                                     const StoreSettings& settings, std::uint64_t now_ns) {
  constexpr std::int64_t kSecondsADay = 86'400;
  const auto now = static_cast<std::int64_t>(now_ns / 1'000'000'000);
  std::uint64_t total = 0;
  for (const StoredDay& day : days) total += day.bytes;
  std::vector<StoreDay> removed;
  for (const StoredDay& day : days) {
    if (day.day >= current) break;
    const std::int64_t over = (std::int64_t{day.day} + 1) * kSecondsADay;
    const bool too_old = now - over >= settings.retain.count();
    const bool too_much = total > settings.max_bytes;
    if (!too_old && !too_much) break;
    removed.push_back(day.day);
    total -= day.bytes;
  }
  return removed;
}

std::vector<StoredDay> stored_days(const std::string& directory) {
  std::map<StoreDay, std::uint64_t> bytes;
  for_each_part(directory, [&bytes](StoreDay day, const std::filesystem::directory_entry& entry) {
    std::error_code missing;
    const auto size = entry.file_size(missing);
    bytes[day] += missing ? 0 : size;
  });
  std::vector<StoredDay> days;
  for (const auto& [day, size] : bytes) days.push_back({day, size});
  return days;
}

void remove_day(const std::string& directory, StoreDay day) {
  std::vector<std::filesystem::path> parts;
  for_each_part(directory, [&](StoreDay one, const std::filesystem::directory_entry& entry) {
    if (one == day) parts.push_back(entry.path());
  });
  std::error_code ignored;
  for (const auto& part : parts) std::filesystem::remove(part, ignored);
}

}  // namespace sipsonde
