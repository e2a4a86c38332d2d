// SPDX-License-Identifier: Apache-2.0
#include "cdr/refused_rows.h"

#include <spdlog/spdlog.h>

namespace sipsonde {

using Clock = std::chrono::steady_clock;

Result<Done> RefusedRows::add(const StoredRow& row, std::string_view why, Clock::time_point now) {
  if (!file_) {
    auto opened = LineFile::open("refused rows", path_, FileMode::append, kRotateBytes, "make room for it");
    if (!opened) return opened.error();
    file_.emplace(*std::move(opened));
  }
  // What an earlier attempt left in the buffer is this very row: it is offered until it is put aside.
  if (file_->buffer().empty()) file_->buffer().append(row.document).push_back('\n');
  auto written = file_->flush();
  if (written) say(why, now);
  return written;
}

void RefusedRows::say(std::string_view why, Clock::time_point now) {
  constexpr std::chrono::seconds kQuiet{30};
  if (said_at_ && now - *said_at_ < kQuiet) {
    ++unsaid_;
    return;
  }
  spdlog::error("{}: a row is refused for good and put aside in {}: {} ({} more since the last line)",
                receiver_, path_, why, unsaid_);
  unsaid_ = 0;
  said_at_ = now;
}

}  // namespace sipsonde
