// SPDX-License-Identifier: Apache-2.0
// The events of one transaction, rendered at once and gathered by leg, so that those of a leg become one row.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "facts/fact.h"
#include "facts/json.h"

namespace sipsonde {

struct EventGroup {
  std::string_view call_id;
  std::optional<std::uint32_t> leg;
  std::uint64_t first_ns = 0;
  std::uint64_t last_ns = 0;
  std::string lines;      // each with its line feed
  bool begun = false;     // the leg, by one of them
  bool answered = false;  // the leg, by one of them
  bool ended = false;     // the leg has its record
};

// Not thread-safe. In a steady state nothing is allocated but the nodes of an index.
class EventGroups {
 public:
  void add(const CallEvent& event, const FactContext& context);
  // nullptr: there are no events of it.
  EventGroup* find(std::string_view call_id, std::uint32_t leg);

  std::span<const EventGroup> all() const { return {groups_.data(), count_}; }
  std::size_t bytes() const { return bytes_; }
  void clear();

 private:
  EventGroup& group_of(std::string_view call_id, const std::optional<std::uint32_t>& leg);

  std::vector<EventGroup> groups_;  // those behind count_ keep their room for the next ones
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> index_;  // by hash
  Arena texts_{16 * 1024, 64};
};

}  // namespace sipsonde
