// SPDX-License-Identifier: Apache-2.0
// A line of events.jsonl, as far as a diagram tells of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipsonde {

// What is missing, null or of another kind is empty. Texts are as the line has them: not yet made visible.
struct StoryEvent {
  std::optional<std::uint64_t> time_ns;
  std::string call_id;
  std::optional<std::uint32_t> leg;
  std::string event;
  std::string method;
  std::optional<unsigned> code;
  std::string reason;
  std::string source;
  std::string destination;
  std::string transport;
  // Texts and numbers of `attributes`; of an event of another layer also what stands beside the known fields.
  std::vector<std::pair<std::string, std::string>> attributes;

  std::string_view attribute(std::string_view name) const;
  bool is_of(std::string_view layer) const { return event.starts_with(layer); }
};

// nullopt: no object of JSON, or none with an `event`.
std::optional<StoryEvent> parse_story_event(std::string_view line);

}  // namespace sipsonde
