// SPDX-License-Identifier: Apache-2.0
// What GET /calls was asked for.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "store/reader.h"

namespace sipsonde {

// Where a page of legs that have not ended stopped.
struct LivePlace {
  std::uint32_t worker = 0;
  std::uint32_t slot = 0;

  friend bool operator==(const LivePlace&, const LivePlace&) = default;
};
std::string to_text(const LivePlace& place);

inline constexpr std::size_t kCallsDefault = 100;
inline constexpr std::size_t kCallsMost = 1000;

struct CallQuery {
  bool active = false;  // legs that have not ended; else those that have
  CallFilter filter;
  std::size_t limit = kCallsDefault;
  std::optional<PageCursor> cursor;  // of ended ones
  LivePlace live_cursor;             // of the others

  // Of the part behind the question mark. A parameter that is not known is an error too, as it would have
  // been meant to restrict.
  static Result<CallQuery> parse(std::string_view query);
};

}  // namespace sipsonde
