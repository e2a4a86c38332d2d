// SPDX-License-Identifier: Apache-2.0
// What an attempt to establish a session came to, in the words of those who defined the ratios: RFC 6076 for
// SER, SEER and ISA, ITU-T E.411 and E.425 for ASR and NER. docs/kpis.md says which responses count where,
// and why.
#pragma once

#include <cstdint>

#include "facts/fact.h"

namespace sipsonde {

// RFC 6076 sections 4.6 to 4.8, by the final response alone.
enum class Establishment : std::uint8_t {
  established,       // 200
  redirected,        // 3xx: no attempt, as far as the denominators of SER and SEER go
  user_unavailable,  // 480, 486, 600, 603: what an individual user does, not the network
  ineffective,       // 408, 500, 503, 504, or no response at all
  failed,            // every other
};
inline constexpr std::size_t kEstablishmentCount = 5;

// Of a leg whose disposition is known.
Establishment classify_establishment(const CallRecord& record);

// ITU-T E.425: it was brought to the far end, whatever was done with it there: answered, user busy, ring no
// answer, terminal rejection or unavailability.
bool reached_the_far_end(const CallRecord& record);

}  // namespace sipsonde
