// SPDX-License-Identifier: Apache-2.0
#include "store/appender.h"

#include "store/writable_day.h"

namespace sipsonde {

StoreAppender::StoreAppender(std::string directory) : directory_(std::move(directory)) {}
StoreAppender::~StoreAppender() = default;

Result<Done> StoreAppender::append(std::string_view call_id, std::span<const AppEvent> events) {
  if (events.empty()) return Done{};
  const std::lock_guard lock(mutex_);
  const std::vector<StoreDay> days = days_in(directory_);
  if (days.empty())
    return Error{"store events in " + directory_ + ": there is no file yet; switch the store on"};
  if (!day_ || day_->day() != days.back() || !day_->is_in_place()) {
    auto opened = WritableDay::open(directory_, days.back(), Access::write, 0);
    if (!opened) return opened.error();
    day_ = std::move(*opened);
  }
  std::string lines;
  for (const AppEvent& event : events) lines.append(event.line).append("\n");
  auto transaction = day_->begin();
  if (!transaction) return transaction.error();
  const EventRow row{.call_id = call_id,
                     .leg = std::nullopt,
                     .first_ns = events.front().time_ns,
                     .last_ns = events.back().time_ns,
                     .lines = lines};
  if (auto added = day_->add(row); !added) return added.error();
  return transaction->commit();
}

}  // namespace sipsonde
