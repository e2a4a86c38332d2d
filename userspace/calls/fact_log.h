// SPDX-License-Identifier: Apache-2.0
// What has been stated and not yet taken, and the events that wait to be stated together with others of
// their leg. Times go in as hook time and come out as unix time. In a steady state nothing is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/timebase.h"
#include "facts/fact.h"

namespace sipsonde {

class FactLog {
 public:
  // `share`: this worker's part of what may wait, 1/share.
  FactLog(const Timebase& timebase, unsigned share);

  // Keeps an event in the leg's buffer, its texts with it; `buffer` is the leg's, kNone when it has none yet.
  // False when it is time to flush: one leg, or all together, hold as many as they may.
  bool keep(std::uint32_t& buffer, const CallEvent& event);

  // States what is in the buffer, in order of time.
  void flush(std::uint32_t& buffer);

  void state(CallEvent event);
  void state(CallRecord record);
  // Into a list of the caller's own, as state() does it.
  void add(CallRecord record, FactList& list) const;
  void state(Message message);
  void state(RtcpReport report);

  // Facts stated since the last call, oldest first; nullptr when there are none. The list comes back by
  // itself: once nobody else holds it, it is used again.
  std::shared_ptr<FactList> take();
  bool empty() const { return stating_->empty(); }

 private:
  static constexpr std::size_t kEventsPerLeg = 64;
  static constexpr std::size_t kEventsInAll = 65'536;
  static constexpr std::size_t kBytesInAll = 64u << 20;
  static constexpr std::size_t kChunkBytes = 1024;

  // After a flood the room that it took goes back: so many lists are kept to be used again, each with room
  // for so many facts, and so many buffers, each with room for so many events. Sinks that are behind may hold
  // more.
  static constexpr std::size_t kListsKept = 16;
  static constexpr std::size_t kFactsKept = 4096;
  static constexpr std::size_t kFactsFromTheStart = 128;  // more than a quiet moment states at once
  static constexpr std::size_t kBuffersKept = 16'384;
  static constexpr std::size_t kEventsKept = 16;

  // Emptied ones keep their room for the next leg.
  struct Buffer {
    std::vector<CallEvent> events;
    Arena texts{kChunkBytes, 4};
    std::size_t bytes = 0;
  };

  void to_unix(std::optional<std::uint64_t>& time_ns) const;
  std::shared_ptr<FactList> fresh_list();

  const Timebase& timebase_;
  const std::size_t events_in_all_;
  const std::size_t bytes_in_all_;
  std::vector<std::shared_ptr<FactList>> lists_;
  std::shared_ptr<FactList> stating_ = std::make_shared<FactList>();
  std::vector<Buffer> buffers_;
  std::vector<std::uint32_t> free_;
  std::size_t kept_ = 0;        // events in all buffers
  std::size_t kept_bytes_ = 0;  // of them and their texts
};

}  // namespace sipsonde
