// SPDX-License-Identifier: Apache-2.0
// Which format a scraper gets: the one it likes best among those we have (RFC 9110 section 12.5.1).
#pragma once

#include <string>
#include <string_view>

#include "metrics/exposition.h"

namespace sipsonde {

struct Offer {
  Format format = Format::text;
  std::string content_type;
};

// `accept`: the header's value, of any length and form; empty when there is none. Text 0.0.4 is the last
// resort, even for a scraper that does not list it.
Offer negotiate(std::string_view accept);

}  // namespace sipsonde
