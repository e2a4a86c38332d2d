// SPDX-License-Identifier: Apache-2.0
// What was put together from parts, with a head as the kernel's would be of one that came in a packet.
#pragma once

#include <cstddef>
#include <string_view>

#include "sipsonde/event.h"

namespace sipsonde {

// A UDP datagram, or a message out of a stream. `payload` lives until the callback that gets it returns.
struct Datagram {
  sipsonde_event head;       // of the part that completed it: its time; addresses and ports filled in
  std::string_view payload;  // without the headers of the transport
};

// The head of a message of `size` bytes whose last part came with `last_part`: nothing of its content is
// known yet. Addresses, ports and time stay.
inline sipsonde_event reassembled_head(const sipsonde_event& last_part, sipsonde_transport transport,
                                       std::size_t size) {
  sipsonde_event head = last_part;
  head.kind = SIPSONDE_KIND_sip;
  head.path = SIPSONDE_PATH_reassembled;
  head.transport = static_cast<__u8>(transport);
  head.payload_len = static_cast<__u32>(size);
  head.wire_len = head.payload_len;
  head.call_hash = 0;
  head.code = 0;
  head.method = SIPSONDE_METHOD_other;
  head.judgement = SIPSONDE_JUDGED_request;
  head.reason = 0;
  head.flags = 0;
  return head;
}

}  // namespace sipsonde
