// SPDX-License-Identifier: Apache-2.0
// Who goes from door to door (docs/scanners.md). Asked once for each new request outside of a dialog that
// came in and once for what became of it, never for a message of a call. One object for all workers; safe to
// use from all of them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/endpoint.h"
#include "config/settings.h"
#include "decode/sip_message.h"
#include "facts/scanner_kind.h"
#include "scanners/asked_target.h"
#include "scanners/source_table.h"
#include "scanners/tools.h"

namespace sipsonde {

// A request that came in, outside of a dialog.
struct RequestOutside {
  const SipMessage& sip;
  Endpoint source;
  Endpoint destination;
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  std::uint64_t time_ns = 0;
};

// A source has been found to be a scanner, for the first time in its window.
struct ScannerFound {
  ScannerKind kind = ScannerKind::user_agent;
  // Of a sweep or burst: different targets. Of a tool: its requests since it was last told, this one
  // included.
  std::uint32_t count = 0;
  bool is_to_be_told = true;  // false: there are so many that this one is only counted
  LatestRequest latest;
};

// What one request gives away: nothing, one thing, or two.
struct ScannersFound {
  std::array<ScannerFound, 2> found;
  std::size_t count = 0;

  void add(const ScannerFound& one) {
    if (count < found.size()) found[count++] = one;
  }
  const ScannerFound* begin() const { return found.data(); }
  const ScannerFound* end() const { return found.data() + count; }
};

class Scanners {
 public:
  // `settings` outlives it. The seed decides which targets are mistaken for one another; a replay has one of
  // its own, so that the same capture says the same.
  Scanners(const Settings& settings, std::uint64_t seed);

  AskedTarget observe_request(const RequestOutside& request, ScannersFound& found);

  // The registrar let it in; somebody was reached: rang, answered, was busy.
  void observe_fine(const AskedTarget& asked, std::uint64_t time_ns);

  // It was refused for what it is, or nobody answered it, or it was challenged and did not come back.
  void observe_turned_away(const AskedTarget& asked, std::uint64_t time_ns, ScannersFound& found);

  // It has accepted a registration: whoever does so sends OPTIONS to those who are registered.
  void observe_registrar(const Address& registrar, std::uint64_t time_ns);

  // Read by the scrape thread.
  std::uint64_t found(ScannerKind kind) const {
    return found_[static_cast<std::size_t>(kind)].load(std::memory_order_relaxed);
  }
  std::uint64_t evicted_sources() const { return sources_.evicted(); }

  // A final response that says "not you", or "nobody of that name": what a scanner gets to hear. Others speak
  // of the one who was asked for (486), of the moment (480, 408) or of the server (5xx).
  static bool turns_away(int code);
  // 401 and 407: the same request comes again with credentials, or it was turned away.
  static bool is_challenge(int code) { return code == 401 || code == 407; }

 private:
  void judge(Source& source, ScannerKind kind, std::uint64_t time_ns, ScannersFound& found);
  std::uint32_t count_against(Source& source, ScannerKind kind, std::uint64_t time_ns) const;
  std::uint32_t limit_of(ScannerKind kind) const;
  bool is_trunk(const Address& address) const;
  bool may_be_told(std::uint64_t time_ns);
  std::uint32_t target_of(const RequestOutside& request, ScannerKind kind) const;

  const Settings& settings_;
  const std::uint64_t seed_;
  const Tools tools_;
  SourceTable sources_;
  std::array<std::atomic<std::uint64_t>, kScannerKinds.size()> found_{};
  std::atomic<std::uint64_t> told_{0};  // second of event time, and how many events in it
};

}  // namespace sipsonde
