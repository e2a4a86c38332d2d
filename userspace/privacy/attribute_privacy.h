// SPDX-License-Identifier: Apache-2.0
// What the attributes of events hold, by name: whoever adds an attribute says here whether somebody's number
// may be in it. One that is not listed is taken to hold anything.
#pragma once

#include <cstdint>
#include <string_view>

namespace sipsonde {

enum class AttributeContent : std::uint8_t {
  nothing,  // words, counts and keys of our own or of the protocol; the Call-ID is one of them
  uri,
  number,
  prose,     // what people and products write
  anything,  // a URI when it looks like one, else whatever has five digits
};

struct AttributePrivacy {
  std::string_view name;
  AttributeContent holds = AttributeContent::anything;
  bool of_sender = false;  // names who sent the request, and so goes with the sender's wish (RFC 3323)
};

AttributePrivacy privacy_of(std::string_view attribute);

}  // namespace sipsonde
