// SPDX-License-Identifier: Apache-2.0
// As much of a session description (RFC 4566) as tells whether two legs offer the same media.
#pragma once

#include <string_view>

namespace sipsonde {

// Of the first medium that is neither refused nor without an address. Empty views: there is none.
struct MediaOffer {
  std::string_view address;  // as written
  std::string_view port;
  std::string_view formats;  // "RTP/AVP 0 8 101"
};

MediaOffer offer_of(std::string_view body);

}  // namespace sipsonde
