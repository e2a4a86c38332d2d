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
#include "sipsonde/event.h"

namespace sipsonde {

// Values of sipsonde_fragments_total{result}; each counts fragments, not datagrams.
// held = reassembled + timeout + evicted + overlap + those still in memory.
enum class FragmentResult : std::uint8_t { held, reassembled, timeout, overlap, evicted };
inline constexpr int kFragmentResultCount = 5;
std::string_view label(FragmentResult result);

// A UDP datagram made whole. `payload` lives until the callback returns.
struct Datagram {
  sipsonde_event head;       // of the part that completed it: its time; addresses and ports filled in
  std::string_view payload;  // after the UDP header
};

class FragmentTable {
 public:
  FragmentTable(std::uint64_t limit_bytes, std::function<void(const Datagram&)> on_datagram);
  ~FragmentTable();

  // `ip_packet` begins at the IPv4 or IPv6 header, as kind=fragment samples do.
  void observe(const sipsonde_event& head, std::string_view ip_packet);

  // Forgets what waited longer than 30 s (RFC 1122 section 3.3.2 leaves 60-120 s; SIP's timers end at 32 s).
  void advance(std::uint64_t now_ns);

  // Read by the scrape thread while the worker runs.
  std::uint64_t count(FragmentResult result) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sipsonde
