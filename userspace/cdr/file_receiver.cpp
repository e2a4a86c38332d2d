// SPDX-License-Identifier: Apache-2.0
#include "cdr/file_receiver.h"

#include "facts/csv.h"

namespace sipsonde {

Result<std::unique_ptr<FileReceiver>> FileReceiver::open(const FileSink& settings, RowFormat format) {
  auto file = LineFile::open("cdr-file", settings.path, FileMode::append, settings.rotate_bytes,
                             "give a path that can be written in cdr.file.path");
  if (!file) return file.error();
  return std::unique_ptr<FileReceiver>(new FileReceiver(*std::move(file), format));
}

FileReceiver::FileReceiver(LineFile file, RowFormat format) : file_(std::move(file)), format_(format) {
  if (format_ == RowFormat::csv) file_.begin_with(csv_header());
}

Result<std::size_t> FileReceiver::deliver(std::span<const StoredRow> rows) {
  if (!is_open_)
    if (auto opened = file_.reopen(); !opened) return opened.error();
  is_open_ = true;
  for (const StoredRow& row : rows) {
    if (row.at <= buffered_) continue;
    if (format_ == RowFormat::csv)
      append_csv(file_.buffer(), row.document);
    else
      file_.buffer().append(row.document).push_back('\n');
    buffered_ = row.at;
  }
  auto written = file_.flush();
  if (written) written = file_.sync();
  if (written) return rows.size();
  is_open_ = false;  // it may be gone
  return written.error();
}

}  // namespace sipsonde
