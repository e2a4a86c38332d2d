// SPDX-License-Identifier: Apache-2.0
#include "store/writer.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <time.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "store/joined_record.h"
#include "store/record_row.h"
#include "store/retention.h"

namespace sipsonde {
namespace {

constexpr std::size_t kBytesACommit = 4u << 20;
constexpr std::size_t kRecordsACommit = 4096;
constexpr std::uint64_t kLookAtSizes_ns = 60'000'000'000;

Error unusable(const std::string& what) {
  return Error{what + "; give a directory that can be written in store.path, or set store: off", 2};
}

Result<Done> make_directory(const std::string& path) {
  std::error_code failed;
  const bool made = std::filesystem::create_directories(path, failed);
  if (failed) return unusable("make directory " + path + " for the store: " + failed.message());
  // Who called whom is nobody else's business.
  using std::filesystem::perms;
  if (made)
    std::filesystem::permissions(path, perms::owner_all | perms::group_read | perms::group_exec, failed);
  return Done{};
}

// The kernel lets go of it when the process ends, however it does.
Result<FileDescriptor> take_lock(const std::string& directory) {
  const std::string path = directory + "/lock";
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!file) return unusable("open " + path + ": " + std::strerror(errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    return Error{"open store " + directory + ": another sipsonde writes to it; give each its own store.path",
                 2};
  return file;
}

}  // namespace

std::uint64_t unix_time_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

StoreWriter::StoreWriter(StoreSettings settings, FactContext context, WallClock now, FileDescriptor lock)
    : settings_(std::move(settings)),
      context_(std::move(context)),
      now_(std::move(now)),
      lock_(std::move(lock)),
      reader_(settings_.path) {}

Result<std::unique_ptr<StoreWriter>> StoreWriter::open(const StoreSettings& settings,
                                                       const FactContext& context, WallClock now) {
  if (auto made = make_directory(settings.path); !made) return made.error();
  auto lock = take_lock(settings.path);
  if (!lock) return lock.error();
  std::unique_ptr<StoreWriter> writer(new StoreWriter(settings, context, std::move(now), std::move(*lock)));
  if (auto opened = writer->follow_the_day(); !opened) {
    if (opened.error().exit_code == 2) return opened.error();
    return unusable(opened.error().message);
  }
  return writer;
}

// ---- gathering ----

void StoreWriter::add(const CallEvent& event) {
  events_.add(event, context_);
}

void StoreWriter::add(const CallRecord& record) {
  Gathered& gathered = records_.emplace_back();
  EventGroup* const events = events_.find(record.call_id, record.leg);
  if (events) events->ended = true;
  gathered.may_be_open = record.answer_ns && !(events && events->answered);
  if (!may_be_a_rest(record)) {
    gathered.row = row_of(record, context_, texts_, now_ms());
    record_bytes_ += gathered.row.document.size();
    return;
  }
  CallRecord& rest = gathered.rest.emplace(record);
  for_each_text(rest, [this](std::string_view& text) { text = texts_.keep(text); });
  rest.custom = keep_attributes(record.custom, texts_);
  rest.media = keep_media(record.media, texts_);
}

bool StoreWriter::is_full() const {
  return events_.bytes() + record_bytes_ >= kBytesACommit || records_.size() >= kRecordsACommit;
}

// ---- writing ----

Result<Done> StoreWriter::commit() {
  if (auto followed = follow_the_day(); !followed) return followed;
  if (!recovered_)
    if (auto done = recover(); !done) return done;
  remove_old_days();
  if (events_.all().empty() && records_.empty()) return Done{};
  if (auto joined = join_rests(); !joined) return joined;
  if (auto written = write_gathered(); !written) return written;
  settle_older_days();
  events_.clear();
  records_.clear();
  texts_.clear();
  record_bytes_ = 0;
  return Done{};
}

// Never back: readers go from day to day, and what was added to a day that they have left would be lost to
// them. A clock that was set back writes on into the latest file.
Result<Done> StoreWriter::follow_the_day() {
  const StoreDay today = day_of(now_());
  if (current_ && current_->day() >= today && current_->is_in_place()) return Done{};
  const std::vector<StoreDay> days = days_in(settings_.path);
  const StoreDay day = days.empty() ? today : std::max(today, days.back());
  auto opened = WritableDay::open(settings_.path, day, Access::create, now_());
  if (!opened) return opened.error();
  if (day > today)
    spdlog::warn("store: {} is of a day to come; it is written on until that day is over",
                 path_of(settings_.path, day));
  if (current_) {
    const auto open_legs = current_->count_open_legs();
    if (current_->day() != day) current_->finish();
    if (current_->day() != day && open_legs && *open_legs > 0) older_.push_back(std::move(current_));
  }
  current_ = std::move(*opened);
  removed_at_ns_ = 0;
  return Done{};
}

Result<Done> StoreWriter::join_rests() {
  for (Gathered& gathered : records_) {
    if (!gathered.rest) continue;
    const auto rows = reader_.rows_of(gathered.rest->call_id);
    if (!rows) return rows.error();
    gathered.replaces = join(*gathered.rest, *rows, texts_);
    gathered.row = row_of(*gathered.rest, context_, texts_, now_ms());
    gathered.rest.reset();
  }
  return Done{};
}

Result<Done> StoreWriter::write_gathered() {
  unsettled_.clear();
  auto transaction = current_->begin();
  if (!transaction) return transaction.error();
  for (const EventGroup& group : events_.all()) {
    const EventRow row{group.call_id, group.leg, group.first_ns, group.last_ns, group.lines};
    if (auto added = current_->add(row); !added) return added;
    if (!group.answered || group.ended) continue;
    if (auto opened = current_->open_leg(group.call_id, *group.leg); !opened) return opened;
  }
  for (const Gathered& record : records_)
    if (auto written = write_record(record); !written) return written;
  return transaction->commit();
}

Result<Done> StoreWriter::write_record(const Gathered& record) {
  if (auto added = current_->add(record.row); !added) return added;
  bool settled = true;
  if (record.replaces) {
    settled = record.replaces->day == current_->day();
    if (settled)
      if (auto removed = current_->remove_record(record.replaces->sequence); !removed) return removed;
  }
  if (record.may_be_open) {
    const auto closed = current_->close_leg(record.row.call_id, record.row.leg);
    if (!closed) return closed.error();
    settled = settled && (*closed || older_.empty());
  }
  if (!settled) unsettled_.push_back(&record);
  return Done{};
}

// What is committed stands; where this fails, a leg that stays open or a beginning that stays beside its
// better row is recognised by its key.
void StoreWriter::settle_older_days() {
  if (unsettled_.empty()) return;
  const auto settle = [this](WritableDay& day) -> Result<Done> {
    auto transaction = day.begin();
    if (!transaction) return transaction.error();
    for (const Gathered* record : unsettled_) {
      if (record->may_be_open)
        if (auto closed = day.close_leg(record->row.call_id, record->row.leg); !closed) return closed.error();
      if (record->replaces && record->replaces->day == day.day())
        if (auto removed = day.remove_record(record->replaces->sequence); !removed) return removed;
    }
    return transaction->commit();
  };
  std::erase_if(older_, [&settle](const auto& day) {
    const auto settled = settle(*day);
    if (!settled) spdlog::warn("store: {}", settled.error().message);
    const auto open_legs = day->count_open_legs();
    return settled && open_legs && *open_legs == 0;
  });
  for (const Gathered* record : unsettled_) {
    if (!record->replaces || record->replaces->day == current_->day()) continue;
    if (std::ranges::any_of(older_, [&](const auto& day) { return day->day() == record->replaces->day; }))
      continue;
    auto day = WritableDay::open(settings_.path, record->replaces->day, Access::write, now_());
    const auto settled = day ? settle(**day) : Result<Done>(day.error());
    if (!settled) spdlog::warn("store: {}", settled.error().message);
  }
  unsettled_.clear();
}

void StoreWriter::remove_old_days() {
  const std::uint64_t now = now_();
  if (removed_at_ns_ != 0 && now - removed_at_ns_ < kLookAtSizes_ns) return;
  removed_at_ns_ = now;
  std::vector<StoredDay> days;
  for (const StoreDay day : days_in(settings_.path)) days.push_back({day, bytes_of(settings_.path, day)});
  for (const StoreDay day : days_to_remove(days, current_->day(), settings_, now)) {
    std::erase_if(older_, [day](const auto& kept) { return kept->day() == day; });
    remove_day(settings_.path, day);
    spdlog::info("store: {} has had its time and is removed", path_of(settings_.path, day));
  }
}

Result<Done> StoreWriter::reopen() {
  current_.reset();
  return follow_the_day();
}

std::int64_t StoreWriter::now_ms() const {
  return static_cast<std::int64_t>(now_() / 1'000'000);
}

}  // namespace sipsonde
