// SPDX-License-Identifier: Apache-2.0
// Records into a file, as lines of JSON or of CSV: what is confirmed is on the disk.
#pragma once

#include <memory>

#include "cdr/receiver.h"
#include "config/settings.h"
#include "sinks/line_file.h"

namespace sipsonde {

class FileReceiver : public CdrReceiver {
 public:
  static Result<std::unique_ptr<FileReceiver>> open(const FileSink& settings, RowFormat format);

  std::string_view name() const override { return "cdr-file"; }
  std::size_t batch_limit() const override { return 100; }
  std::optional<std::uint32_t> rows_a_second() const override { return std::nullopt; }
  Result<std::size_t> deliver(std::span<const StoredRow> rows) override;
  void reopen() override { is_open_ = static_cast<bool>(file_.reopen()); }
  void stop_by(std::chrono::steady_clock::time_point /*deadline*/) override {}  // it waits for nothing

 private:
  FileReceiver(LineFile file, RowFormat format);

  LineFile file_;
  const RowFormat format_;
  StoreCursor buffered_;  // behind the last row that the file was given: what comes again is in its buffer
  bool is_open_ = true;   // where its path says
};

}  // namespace sipsonde
