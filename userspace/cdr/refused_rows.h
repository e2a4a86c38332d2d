// SPDX-License-Identifier: Apache-2.0
// Rows that a receiver refused for good, put aside so that those behind them come through and nothing is
// lost.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sinks/line_file.h"
#include "store/stored_row.h"

namespace sipsonde {

// <store>/cdr-http.refused.jsonl, made with the first row; rotated, so that a receiver that refuses
// everything does not fill the disk.
class RefusedRows {
 public:
  static constexpr std::uint64_t kRotateBytes = 64ull << 20;

  RefusedRows(const std::string& store, std::string_view receiver)
      : receiver_(receiver), path_(store + "/" + receiver_ + ".refused.jsonl") {}

  // The row is in the file, or that is an error. A line in the log says why, at most two a minute.
  Result<Done> add(const StoredRow& row, std::string_view why, std::chrono::steady_clock::time_point now);

 private:
  void say(std::string_view why, std::chrono::steady_clock::time_point now);

  const std::string receiver_;
  const std::string path_;
  std::optional<LineFile> file_;
  std::uint64_t unsaid_ = 0;
  std::optional<std::chrono::steady_clock::time_point> said_at_;
};

}  // namespace sipsonde
