// SPDX-License-Identifier: Apache-2.0
// Puts IP fragments of SIP datagrams together (RFC 791, RFC 8200 section 4.5; overlaps refused as RFC 5722
// asks). One for each worker; bounded in bytes; time is the fragments' own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/endpoint.h"
#include "decode/datagram.h"
#include "sipsonde/event.h"

namespace sipsonde {

// Values of sipsonde_fragments_total{result}; each counts fragments, not datagrams. An exact repetition of a
// fragment in memory is counted nowhere, so that always
// held = reassembled + timeout + evicted + overlap + those still in memory.
// `overlap`: parts of one datagram contradict each other (overlap, two ends, bytes behind the end).
// `evicted`: the byte limit, or more than 64 parts to one datagram.
enum class FragmentResult : std::uint8_t { held, reassembled, timeout, overlap, evicted };
inline constexpr int kFragmentResultCount = 5;
std::string_view label(FragmentResult result);

class FragmentTable {
 public:
  // `limit_bytes` bounds payload and bookkeeping together; the oldest datagram gives way. The callback must
  // not enter the table.
  FragmentTable(std::uint64_t limit_bytes, std::function<void(const Datagram&)> on_datagram);
  ~FragmentTable();

  // `ip_packet` begins at the IPv4 or IPv6 header, as kind=fragment samples do; bytes behind the IP packet
  // are ignored. Parts are of one datagram when addresses, identification, protocol, interface, VLAN and flow
  // agree. Once parts contradict each other the datagram is dropped, and the parts that still come within its
  // 30 s are dropped at once. Calls advance(head.time_ns) first.
  void observe(const sipsonde_event& head, std::string_view ip_packet);

  // Forgets what waited for 30 s since its first part (RFC 1122 section 3.3.2 leaves 60-120 s; SIP's timers
  // end at 32 s).
  void advance(std::uint64_t now_ns);

  // Read by the scrape thread while the worker runs.
  std::uint64_t count(FragmentResult result) const;
  std::uint64_t in_memory() const;
  // Outside the sum: samples that are no usable fragment (headers that do not hold, cut by the capture, past
  // 65535 bytes), and whole datagrams that are no UDP or whose UDP length is wrong.
  std::uint64_t refused() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sipsonde
