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
  explicit FactLog(const Timebase& timebase) : timebase_(timebase) {}

  // Keeps an event in the leg's buffer, its texts with it; `buffer` is the leg's, kNone when it has none yet.
  // False when it is time to flush: one leg, or all together, hold as many as they may.
  bool keep(std::uint32_t& buffer, const CallEvent& event);

  // States what is in the buffer, in order of time.
  void flush(std::uint32_t& buffer);

  void state(CallEvent event);
  void state(CallRecord record);

  // Facts stated since the last call, oldest first; nullptr when there are none. The list comes back by
  // itself: once nobody else holds it, it is used again.
  std::shared_ptr<FactList> take();
  bool empty() const { return stating_->empty(); }

 private:
  static constexpr std::size_t kEventsPerLeg = 64;
  static constexpr std::size_t kEventsInAll = 65'536;

  // Lists that are kept to be used again; sinks that are behind may hold more.
  static constexpr std::size_t kListsKept = 64;

  // Emptied ones keep their room for the next leg.
  struct Buffer {
    std::vector<CallEvent> events;
    Arena texts{2048, 2};
  };

  void to_unix(std::optional<std::uint64_t>& time_ns) const;
  std::shared_ptr<FactList> fresh_list();

  const Timebase& timebase_;
  std::vector<std::shared_ptr<FactList>> lists_;
  std::shared_ptr<FactList> stating_ = std::make_shared<FactList>();
  std::vector<Buffer> buffers_;
  std::vector<std::uint32_t> free_;
  std::size_t kept_ = 0;
};

}  // namespace sipsonde
