// SPDX-License-Identifier: Apache-2.0
// Facts that a test can tell apart.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "facts/fact.h"

namespace sipsonde {

inline Fact event_of(const std::string& call_id) {
  CallEvent event;
  event.call_id = call_id;
  return event;
}

inline Fact record_of(const std::string& call_id) {
  CallRecord record;
  record.call_id = call_id;
  return record;
}

inline FactBatch batch_of(std::vector<Fact> facts) {
  return std::make_shared<const std::vector<Fact>>(std::move(facts));
}

}  // namespace sipsonde
