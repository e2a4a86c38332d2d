// SPDX-License-Identifier: Apache-2.0
// How far a reader of the store has come, kept over restarts: a small file beside the store's.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "store/stored_row.h"

namespace sipsonde {

// Not thread-safe. The file on disk is never ahead of what was confirmed, and at most kRowsBehind behind.
class CursorFile {
 public:
  static constexpr std::size_t kRowsBehind = 100;

  // `reader` names it: "cdr-http". Where there is no file yet it is made and says `first`, so that what is
  // written from now on is not passed by, whatever happens before the first confirmation.
  static Result<CursorFile> open(const std::string& directory, std::string_view reader,
                                 const StoreCursor& first);

  const StoreCursor& cursor() const { return cursor_; }
  // Confirmed, and not yet so on disk.
  std::size_t rows_unsaved() const { return rows_unsaved_; }
  // `rows` more are confirmed, up to `cursor`. Writes when that makes kRowsBehind, or after a second.
  Result<Done> move(const StoreCursor& cursor, std::size_t rows);
  // What was moved is on disk when this returns.
  Result<Done> save();

 private:
  CursorFile(std::string path, const StoreCursor& cursor) : path_(std::move(path)), cursor_(cursor) {}

  std::string path_;
  StoreCursor cursor_;
  std::size_t rows_unsaved_ = 0;
  std::chrono::steady_clock::time_point saved_at_;
};

}  // namespace sipsonde
