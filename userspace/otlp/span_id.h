// SPDX-License-Identifier: Apache-2.0
// Ids of spans follow from what they tell of, so that who sends a leg twice sends the same spans, and another
// leg can be linked to without having been seen.
#pragma once

#include <cstdint>
#include <string_view>

#include "facts/trace_context.h"

namespace sipsonde {

enum class SpanRole : std::uint8_t { call, setup, media, teardown, transaction };

class SpanIds {
 public:
  // Nodes write into one trace, so each has ids of its own.
  explicit SpanIds(std::string_view node);

  // `number`: which of several, from 0; of a transaction its time.
  SpanId of(std::string_view call_id, std::uint32_t leg, SpanRole role, std::uint64_t number = 0) const;

 private:
  std::uint64_t seed_;
};

}  // namespace sipsonde
