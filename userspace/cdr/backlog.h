// SPDX-License-Identifier: Apache-2.0
// How many rows wait for one receiver, and how many retention has taken away before their turn came.
#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "store/stored_row.h"

namespace sipsonde {

class Backlog {
 public:
  using Days = std::map<StoreDay, std::uint64_t>;

  // What the store has behind the cursor now; `in_hand` was read from there and is not delivered yet. The
  // days that were there before and are no more: how many rows of theirs nobody has read.
  Days look(Days now, std::span<const StoredRow> in_hand);
  void delivered(std::span<const StoredRow> rows);

  std::uint64_t rows() const;

 private:
  Days days_;
};

}  // namespace sipsonde
