// SPDX-License-Identifier: Apache-2.0
// A call detail record as it lies in the store, and its place in the order in which all were written.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/day.h"

namespace sipsonde {

// Behind the row that it names: what comes later has a greater one. Zero is before everything.
struct StoreCursor {
  StoreDay day = 0;
  std::int64_t sequence = 0;  // within the day

  friend auto operator<=>(const StoreCursor&, const StoreCursor&) = default;
};

// "2026-03-01/17", and back.
std::string to_text(const StoreCursor& cursor);
std::optional<StoreCursor> parse_cursor(std::string_view text);

struct StoredRow {
  StoreCursor at;
  std::string call_id;
  // node/call_id/leg/start: the same for a row that comes again, so that a receiver can tell. A better row
  // may come later under the same key: it takes the place of the first.
  std::string key;
  std::string document;  // one line of JSON, exactly as in cdr.jsonl, without the line feed
};

// `start_ms` is unknown of a leg that began before the sight of it.
std::string key_of_row(std::string_view node, std::string_view call_id, std::uint32_t leg,
                       const std::optional<std::int64_t>& start_ms);

}  // namespace sipsonde
