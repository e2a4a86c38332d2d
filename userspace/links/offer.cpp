// SPDX-License-Identifier: Apache-2.0
#include "links/offer.h"

namespace sipsonde {
namespace {

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view take_word(std::string_view& rest) {
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size() < rest.size() ? word.size() + 1 : rest.size());
  return word;
}

// "c=IN IP4 192.0.2.1": the address without a time to live. 0.0.0.0 and :: are a hold or no offer yet
// (RFC 3264 section 8.4, RFC 3725) and say nothing of where media go.
std::string_view address_in(std::string_view line) {
  std::string_view rest = line.substr(2);
  take_word(rest);
  take_word(rest);
  const std::string_view address = rest.substr(0, rest.find('/'));
  return address == "0.0.0.0" || address == "::" ? std::string_view{} : address;
}

}  // namespace

MediaOffer offer_of(std::string_view body) {
  if (!body.starts_with("v=0")) return {};
  MediaOffer offer;
  while (!body.empty()) {
    const std::string_view line = take_line(body);
    if (line.starts_with("m=")) {
      if (!offer.port.empty()) break;  // the next medium
      std::string_view rest = line.substr(2);
      take_word(rest);
      const std::string_view port = take_word(rest);
      if (port == "0") continue;  // refused, RFC 3264 section 6
      offer.port = port;
      offer.formats = rest;
    } else if (line.starts_with("c=")) {
      // Of the session, or of the medium that was found.
      offer.address = address_in(line);
    }
  }
  return offer.port.empty() || offer.address.empty() ? MediaOffer{} : offer;
}

}  // namespace sipsonde
