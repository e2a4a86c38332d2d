// SPDX-License-Identifier: Apache-2.0
// What has been stated and not yet taken, and the events that wait to be stated together with others of
// their leg. Times go in as hook time and come out as unix time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/timebase.h"
#include "facts/fact.h"

namespace sipsonde {

class FactLog {
 public:
  explicit FactLog(const Timebase& timebase) : timebase_(timebase) {}

  // Keeps an event in the leg's buffer; `buffer` is the leg's, kNone when it has none yet. False when it is
  // time to flush: one leg, or all together, hold as many as they may.
  bool keep(std::uint32_t& buffer, CallEvent event);

  // States what is in the buffer, in order of time.
  void flush(std::uint32_t& buffer);

  void state(CallEvent event);
  void state(CallRecord record);

  std::vector<Fact> take();
  bool empty() const { return facts_.empty(); }

 private:
  static constexpr std::size_t kEventsPerLeg = 64;
  static constexpr std::size_t kEventsInAll = 65'536;

  void to_unix(std::optional<std::uint64_t>& time_ns) const;

  const Timebase& timebase_;
  std::vector<Fact> facts_;
  std::vector<std::vector<CallEvent>> buffers_;  // emptied ones keep their room for the next leg
  std::vector<std::uint32_t> free_;
  std::size_t kept_ = 0;
};

}  // namespace sipsonde
