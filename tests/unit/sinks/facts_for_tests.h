// SPDX-License-Identifier: Apache-2.0
// Facts that a test can tell apart.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/fact.h"

namespace sipsonde {

inline Fact event_of(std::string_view call_id) {
  CallEvent event;
  event.call_id = call_id;
  return event;
}

inline Fact record_of(std::string_view call_id) {
  CallRecord record;
  record.call_id = call_id;
  return record;
}

// Holds the texts of the facts itself.
inline FactBatch batch_of(std::vector<Fact> facts) {
  auto batch = std::make_shared<FactList>();
  const auto keep = [&batch](std::string_view& text) { text = batch->texts.keep(text); };
  for (Fact& fact : facts) std::visit([&keep](auto& statement) { for_each_text(statement, keep); }, fact);
  batch->facts = std::move(facts);
  return batch;
}

}  // namespace sipsonde
