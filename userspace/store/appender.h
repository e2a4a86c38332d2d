// SPDX-License-Identifier: Apache-2.0
// Events of a call that other layers state (routing, authentication, flows, queues): they are stored beside
// those that were seen on the wire.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sipsonde {

class WritableDay;

struct AppEvent {
  std::uint64_t time_ns = 0;  // unix
  std::string line;           // one line of JSON with the fields of events.jsonl, without the line feed
};

// Any thread; callers wait for each other, and for a moment for the store's own sink.
class StoreAppender {
 public:
  // `directory` is the setting store.path. Writes only where the store's sink has made a file.
  explicit StoreAppender(std::string directory);
  ~StoreAppender();

  // On disk when it returns; all of them or none. In order of time, please.
  Result<Done> append(std::string_view call_id, std::span<const AppEvent> events);

 private:
  const std::string directory_;
  std::mutex mutex_;
  std::unique_ptr<WritableDay> day_;
};

}  // namespace sipsonde
