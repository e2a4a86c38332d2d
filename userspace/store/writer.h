// SPDX-License-Identifier: Apache-2.0
// The one writer of a store: facts are gathered, and a commit puts all of them on disk or none. Records stand
// in the same transaction as the events of their leg.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "config/settings.h"
#include "facts/fact.h"
#include "facts/json.h"
#include "store/compression.h"
#include "store/event_groups.h"
#include "store/message_hold.h"
#include "store/reader.h"
#include "store/writable_day.h"

namespace sipsonde {

// Unix nanoseconds; which file is written follows from it.
using WallClock = std::function<std::uint64_t()>;
std::uint64_t unix_time_ns();

// Not thread-safe. The trunks of the context outlive it.
class StoreWriter {
 public:
  // Makes the directory and the day's file. Exit code 2 when that cannot be, or another agent writes there.
  static Result<std::unique_ptr<StoreWriter>> open(const StoreSettings& settings, const FactContext& context,
                                                   WallClock now = unix_time_ns);

  // Rendered at once: nothing of the fact is kept.
  void add(const CallEvent& event);
  void add(const CallRecord& record);
  // Held until a leg of its call is answered or ends, half a minute at most; then it is gathered.
  void add(const Message& message);
  // Enough is gathered to be committed before more is.
  bool is_full() const;

  // What was gathered is on disk and survives power loss, or it stays gathered and that is an error. The
  // first time, legs that an earlier run left open get their records. Without anything gathered it only
  // looks at the clock.
  Result<Done> commit();

  // Files that were damaged and are out of the way, since the start.
  std::uint64_t moved_aside() const { return moved_aside_; }
  // Messages that were more than a call may hold.
  std::uint64_t messages_left_out() const { return messages_.left_out(); }

  // Opens the files anew, as after an error.
  Result<Done> reopen();

 private:
  struct Gathered {
    RecordRow row;
    std::optional<CallRecord> rest;       // not yet a row: the store may know the beginning
    std::optional<StoreCursor> replaces;  // the beginning
    std::optional<std::size_t> events;    // gathered with it: which of events_
    bool has_rows = false;                // of events in a file, or may have them
  };

  StoreWriter(StoreSettings settings, FactContext context, WallClock now, FileDescriptor lock);

  StoreDay day_to_write() const;
  Result<Done> follow_the_day();
  Result<std::unique_ptr<WritableDay>> open_day(StoreDay day, Access access);
  bool is_damage_of(StoreDay day, const Error& error) const;
  Result<Done> move_aside(StoreDay day, const Error& why);
  Result<Done> try_commit();
  Result<Done> recover();
  Result<Done> recover_day(StoreDay day);
  Result<Done> recover_leg(WritableDay& from, const std::string& call_id, std::uint32_t leg);
  Result<Done> recover_legs(WritableDay& from, const std::vector<WritableDay::OpenLeg>& legs);
  Result<Done> join_rests();
  Result<Done> write_gathered();
  Result<Done> write_events(const EventGroup& group);
  Result<Done> write_messages();
  Result<Done> write_record(Gathered& record);
  void settle_older_days();
  void remove_old_days();
  std::int64_t now_ms() const;

  const StoreSettings settings_;
  const FactContext context_;
  const WallClock now_;
  FileDescriptor lock_;  // held as long as this lives
  StoreReader reader_;
  std::unique_ptr<WritableDay> current_;             // nullptr: to be opened
  std::vector<std::unique_ptr<WritableDay>> older_;  // in which legs are open, oldest first
  bool recovered_ = false;
  std::uint64_t removed_at_ns_ = 0;
  std::uint64_t moved_aside_ = 0;

  // Gathered since the last commit
  EventGroups events_;
  std::vector<Gathered> records_;
  std::size_t record_bytes_ = 0;
  MessageHold messages_;
  Compressor compressor_;
  Arena texts_{64 * 1024, 64};
  std::vector<const Gathered*> unsettled_;  // of which something is in an older file
};

}  // namespace sipsonde
