// SPDX-License-Identifier: Apache-2.0
#include "cdr/backlog.h"

#include <algorithm>
#include <utility>

namespace sipsonde {

Backlog::Days Backlog::look(Days now, std::span<const StoredRow> in_hand) {
  Days lost;
  for (const auto& [day, rows] : days_) {
    if (now.contains(day)) continue;
    const auto held = static_cast<std::uint64_t>(
        std::ranges::count_if(in_hand, [day = day](const StoredRow& row) { return row.at.day == day; }));
    if (rows > held) lost[day] = rows - held;
    if (held > 0) now[day] = held;
  }
  days_ = std::move(now);
  return lost;
}

void Backlog::delivered(std::span<const StoredRow> rows) {
  for (const StoredRow& row : rows)
    if (const auto day = days_.find(row.at.day); day != days_.end() && day->second > 0) --day->second;
}

std::uint64_t Backlog::rows() const {
  std::uint64_t sum = 0;
  for (const auto& [day, rows] : days_) sum += rows;
  return sum;
}

}  // namespace sipsonde
