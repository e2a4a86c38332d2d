// SPDX-License-Identifier: Apache-2.0
// A leg that went on when the agent was killed, as far as its stored events tell of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "config/settings.h"
#include "facts/fact.h"

namespace sipsonde {

class CutLeg {
 public:
  // `lines` are all events of the call in the order of time. nullopt: they tell of no such leg that was
  // answered.
  static std::optional<CutLeg> of(std::string_view call_id, std::uint32_t leg,
                                  std::span<const std::string> lines);

  // Ends with the last event, `coverage: cut`. To be rendered with trunks(); texts live as long as this.
  CallRecord record() const;
  // One rule: how tenant and trunk were called then.
  const TrunkTable& trunks() const { return trunks_; }
  const std::string& node() const { return node_; }

 private:
  std::string call_id_, from_uri_, to_uri_, user_agent_, node_;
  TrunkTable trunks_;
  CallRecord record_;  // without its texts
};

// The user part of a sip, sips or tel URI, as numbers in records are.
std::string_view user_part_of(std::string_view uri);

}  // namespace sipsonde
