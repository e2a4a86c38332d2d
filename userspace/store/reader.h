// SPDX-License-Identifier: Apache-2.0
// Reads what the store's sink has committed, while it goes on writing. Opens every file for reading only.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/stored_message.h"
#include "store/stored_row.h"

namespace sipsonde {

class ReadableDay;

// Which records calls() lists; what is not said does not restrict.
struct CallFilter {
  std::optional<std::int64_t> from_ms;  // start of the leg, or its end where the start is unknown
  std::optional<std::int64_t> until_ms;
  std::string text;         // part of a number, a URI or the Call-ID; letters of ASCII in either case
  std::string disposition;  // as in the record
  std::string tenant;
  std::string trunk;
};

// Where a page of calls() ended.
struct PageCursor {
  StoreDay day = 0;
  std::int64_t time_ms = 0;
  std::int64_t sequence = 0;
};
std::string to_text(const PageCursor& cursor);
std::optional<PageCursor> parse_page_cursor(std::string_view text);

struct CallsPage {
  std::vector<StoredRow> rows;
  std::optional<PageCursor> next;  // nullopt: that is all
};

// Any thread; callers wait for each other, so whoever reads much has a reader of its own. Connections are
// kept; a file that retention has removed is simply not there. A file that is damaged is left out, said once
// in the log, and hides no other; an error is one of the disk.
class StoreReader {
 public:
  // `directory` is the setting store.path. It need not exist yet.
  explicit StoreReader(std::string directory);
  ~StoreReader();

  // Records behind `cursor` in the order in which they were written, at most `limit`.
  Result<std::vector<StoredRow>> rows_after(const StoreCursor& cursor, std::size_t limit);
  // How many records each day that is there has behind `cursor`: by their sequences, so a few too many where
  // records were replaced. Costs the same however many there are.
  Result<std::map<StoreDay, std::uint64_t>> rows_behind(const StoreCursor& cursor);
  // Behind all that is there now.
  Result<StoreCursor> end();

  // The records of a call's legs, in the order in which they ended; at most `limit`.
  Result<std::vector<StoredRow>> rows_of(std::string_view call_id, std::size_t limit = 256);
  // What happened in a call, each a line of JSON as in events.jsonl, in the order of time; at most `limit`.
  Result<std::vector<std::string>> events_of(std::string_view call_id, std::size_t limit = 10'000);
  // The SIP messages of a call as they passed, in the order of time; at most `limit`. None where
  // `store.messages` is off; those of the last half minute may still be on their way to the disk.
  Result<std::vector<StoredMessage>> messages_of(std::string_view call_id, std::size_t limit = 10'000);
  // Records that pass the filter, latest first, a page at a time.
  Result<CallsPage> calls(const CallFilter& filter, const std::optional<PageCursor>& after,
                          std::size_t limit);

 private:
  Result<std::vector<StoreDay>> open_days(StoreDay first);
  bool leave_out(StoreDay day, const Error& error);

  const std::string directory_;
  std::mutex mutex_;
  std::map<StoreDay, std::unique_ptr<ReadableDay>> days_;
  std::set<StoreDay> left_out_;
};

}  // namespace sipsonde
