// SPDX-License-Identifier: Apache-2.0
// A SIP message as it passed, as it lies in the store beside the events of its call (`store.messages`).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "base/result.h"
#include "facts/packet_facts.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

struct StoredMessage {
  std::uint64_t time_ns = 0;  // unix
  Endpoint source;
  Endpoint destination;
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  std::uint16_t vlan_id = 0;  // 0: none
  std::string bytes;          // as a whole, put together where it came in parts
};

// A document is messages one after the other, each behind a line of its own that says what it is: time,
// transport, source, destination, VLAN, length of the message. docs/store.md
void append_stored(std::string& document, const Message& message);
// An error where the document is none.
Result<Done> take_messages(std::string_view document, std::vector<StoredMessage>& messages);

}  // namespace sipsonde
