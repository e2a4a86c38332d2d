// SPDX-License-Identifier: Apache-2.0
// The price of a record (docs/rating.md).
#pragma once

#include "facts/fact.h"
#include "rating/rate_deck.h"

namespace sipsonde {

// Fills price and currency of an answered leg whose called number the deck knows. What a script has priced
// stays. The record's times are those that its row will state, to the millisecond.
void rate(CallRecord& record, const RateDeck& deck, Arena& texts);

}  // namespace sipsonde
