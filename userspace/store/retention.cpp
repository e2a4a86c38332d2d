// SPDX-License-Identifier: Apache-2.0
#include "store/retention.h"

#include <filesystem>

namespace sipsonde {
namespace {

// The file, its log, and the log's index.
constexpr const char* kParts[] = {"", "-wal", "-shm"};

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

std::uint64_t bytes_of(const std::string& directory, StoreDay day) {
  std::uint64_t bytes = 0;
  for (const char* part : kParts) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path_of(directory, day) + part, missing);
    if (!missing) bytes += size;
  }
  return bytes;
}

void remove_day(const std::string& directory, StoreDay day) {
  std::error_code ignored;
  for (const char* part : kParts) std::filesystem::remove(path_of(directory, day) + part, ignored);
}

}  // namespace sipsonde
