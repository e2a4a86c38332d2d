// SPDX-License-Identifier: Apache-2.0
#include "store/writer.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "store/damaged_day.h"
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

std::string lock_of(const std::string& directory) {
  return directory + "/lock";
}

bool is_at(const FileDescriptor& file, const std::string& path) {
  struct stat here {
  }, there{};
  return ::fstat(file.get(), &here) == 0 && ::stat(path.c_str(), &there) == 0 &&
         here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

// The kernel lets go of it when the process ends, however it does.
Result<FileDescriptor> take_lock(const std::string& directory) {
  const std::string path = lock_of(directory);
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
  if (event.event == EventName::answered) messages_.turn(event.call_id);
}

void StoreWriter::add(const CallRecord& record) {
  messages_.turn(record.call_id);
  Gathered& gathered = records_.emplace_back();
  EventGroup* const events = events_.find(record.call_id, record.leg);
  if (events && !events->ended) gathered.events = static_cast<std::size_t>(events - events_.all().data());
  if (events) events->ended = true;
  gathered.has_rows = !events || !events->begun || (record.answer_ns && !events->answered);
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

void StoreWriter::add(const Message& message) {
  messages_.add(message, now_());
}

bool StoreWriter::is_full() const {
  return events_.bytes() + record_bytes_ >= kBytesACommit || records_.size() >= kRecordsACommit ||
         messages_.bytes() >= MessageHold::kBytesInAll;
}

// ---- files ----

// Never back: readers go from day to day, and what was added to a day that they have left would be lost to
// them. A clock that was set back writes on into the latest file.
StoreDay StoreWriter::day_to_write() const {
  const StoreDay today = day_of(now_());
  const std::vector<StoreDay> days = days_in(settings_.path);
  return days.empty() ? today : std::max(today, days.back());
}

Result<Done> StoreWriter::follow_the_day() {
  const StoreDay today = day_of(now_());
  if (current_ && current_->day() >= today && current_->is_in_place()) return Done{};
  const StoreDay day = day_to_write();
  auto opened = open_day(day, Access::create);
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

// One that is damaged, or of a later version, goes out of the way first: then there is none, or a new one.
Result<std::unique_ptr<WritableDay>> StoreWriter::open_day(StoreDay day, Access access) {
  auto opened = WritableDay::open(settings_.path, day, access, now_());
  if (opened || !is_damage(opened.error())) return opened;
  if (auto moved = move_aside(day, opened.error()); !moved) return moved.error();
  return WritableDay::open(settings_.path, day, access, now_());
}

bool StoreWriter::is_damage_of(StoreDay day, const Error& error) const {
  return is_damage(error) && error.message.find(path_of(settings_.path, day)) != std::string::npos;
}

Result<Done> StoreWriter::move_aside(StoreDay day, const Error& why) {
  if (current_ && current_->day() == day) current_.reset();
  const auto moved = move_day_aside(settings_.path, day);
  if (!moved) return moved.error();
  ++moved_aside_;
  spdlog::error("store: {}; moved to {}, and a new file is begun", why.message, *moved);
  return Done{};
}

void StoreWriter::remove_old_days() {
  const std::uint64_t now = now_();
  if (removed_at_ns_ != 0 && now - removed_at_ns_ < kLookAtSizes_ns) return;
  removed_at_ns_ = now;
  const std::vector<StoredDay> days = stored_days(settings_.path);
  for (const StoreDay day : days_to_remove(days, day_to_write(), settings_, now)) {
    std::erase_if(older_, [day](const auto& kept) { return kept->day() == day; });
    remove_day(settings_.path, day);
    spdlog::info("store: {} has had its time and is removed", path_of(settings_.path, day));
  }
}

Result<Done> StoreWriter::reopen() {
  current_.reset();
  removed_at_ns_ = 0;
  remove_old_days();
  // The directory may have been removed: then the lock went with it.
  if (auto made = make_directory(settings_.path); !made) return made;
  if (!is_at(lock_, lock_of(settings_.path))) {
    auto lock = take_lock(settings_.path);
    if (!lock) return lock.error();
    lock_ = std::move(*lock);
  }
  return follow_the_day();
}

std::int64_t StoreWriter::now_ms() const {
  return static_cast<std::int64_t>(now_() / 1'000'000);
}

}  // namespace sipsonde
