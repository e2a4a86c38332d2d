// SPDX-License-Identifier: Apache-2.0
// TCP segments of marked connections in, whole SIP messages out (RFC 3261 section 18.3, RFC 7118). One for
// each worker; bounded in bytes; time is the segments' own. docs/transports.md tells how it is done.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "decode/datagram.h"
#include "flows/segment_result.h"
#include "sipsonde/event.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

class FlowTable {
 public:
  // A message, whole, or with SIPSONDE_EVENT_TRUNCATED when a hole is in its body. Its head is that of the
  // segment that completed it: kind `sip`, path `reassembled`, transport `tcp` or `ws`.
  using OnMessage = std::function<void(const Datagram&)>;

  // What a candidate turned out to be, for tcp_flows[slot] if its key is still `key`. May be told again.
  using OnJudgement = std::function<void(std::uint32_t slot, std::uint64_t key, sipsonde_flow_judgement)>;

  // `limit_bytes` bounds payload and bookkeeping together; the connection that was silent longest gives way.
  // The callbacks must not enter the table.
  FlowTable(std::uint64_t limit_bytes, OnMessage on_message, OnJudgement on_judgement);
  ~FlowTable();

  // `data` follow the note in the sample. Segments are of one connection when both endpoints, interface and
  // VLAN agree; each sight of it (head.flow) is put together by itself. Calls advance(head.time_ns) first.
  void observe(const sipsonde_event& head, const sipsonde_segment_note& note, std::string_view data);

  // Skips holes that were waited for long enough, and forgets connections that are over or silent.
  void advance(std::uint64_t now_ns);

  // The sight ends: what waits behind holes is handed out.
  void close();

  // Read by the scrape thread while the worker runs.
  std::uint64_t count(SegmentResult result) const;
  std::uint64_t count(StreamBreak reason) const;
  std::uint64_t connections() const;  // in memory now
  std::uint64_t memory_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sipsonde
