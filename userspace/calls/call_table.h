// SPDX-License-Identifier: Apache-2.0
// The call model of one worker: sightings in, facts out (docs/calls.md). No I/O, no clock and no thread of
// its own: time is the sightings', plus what advance() is told. Not thread-safe but for the gauges.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/timebase.h"
#include "calls/leg_media.h"
#include "calls/leg_script.h"
#include "calls/sighting.h"
#include "config/settings.h"
#include "facts/fact.h"
#include "facts/measures.h"
#include "links/link_table.h"
#include "registrations/registration_watch.h"
#include "scanners/scanners.h"
#include "trunks/trunk_finder.h"

namespace sipsonde {

struct LegsAsked;
struct LegsSeen;
class HandshakeBoard;
class KernelMedia;
class StreamReports;
class TrustStore;

// Read by the scrape thread while the worker runs.
struct CallGauges {
  explicit CallGauges(std::size_t trunks) : active(trunks) {}
  std::vector<std::atomic<std::int64_t>> active;      // legs confirmed and not ended, by TrunkIndex
  std::atomic<std::int64_t> dialogs{0};               // legs held in memory, early ones included
  std::atomic<std::uint64_t> evicted_calls{0};        // open ones
  std::atomic<std::uint64_t> evicted_ended_calls{0};  // that absorbed repeats
  std::atomic<std::uint64_t> evicted_transactions{0};
  std::atomic<std::uint64_t> refused_endpoints{0};  // of SDP, for want of room here or in the kernel
};

// What the tables of all workers share; outlives them.
struct CallSurroundings {
  const Settings& settings;
  const Timebase& timebase;
  Measures& measures;
  const TrustStore* trusted = nullptr;         // certificates of stir.trust_dir; nullptr: none
  RegistrationWatch* registrations = nullptr;  // nullptr: nobody asks for them
  const TrunkFinder* trunks = nullptr;         // nullptr: everything is of the default trunk
  LinkTable* links = nullptr;                  // nullptr: calls of different Call-IDs are not linked
  Scanners* scanners = nullptr;                // nobody is looked for
  KernelMedia* media = nullptr;                // nullptr: media is not watched
  HandshakeBoard* handshakes = nullptr;        // nullptr: there is one worker
  StreamReports* media_reports = nullptr;      // nullptr: nobody asks for reports of running streams
  bool states_rtcp_reports = false;            // some sink asks for them (sinks/sink.h)
};

class CallTable {
 public:
  // `share`: this worker's part of the limits, 1/share. `script` outlives the table; nullptr: there is none.
  CallTable(const CallSurroundings& surroundings, unsigned share, LegScript* script = nullptr);
  ~CallTable();

  // Takes one well-formed message. Messages come in the order of their time, roughly: a step back of less
  // than a second is tolerated.
  void observe(const Sighting& sighting);

  // What the kernel says of a stream, an RTCP packet and a datagram of a handshake. `packet` is cut when
  // `truncated`.
  void observe_stream(const MediaSighting& sighting, const sipsonde_stream_note& note);
  void observe_rtcp(const MediaSighting& sighting, const sipsonde_rtcp_note& note, std::string_view packet,
                    bool truncated);
  void observe_dtls(const MediaSighting& sighting, std::string_view datagram);

  // States a message as it was on the wire, in the order of observe(). `call_id` lies within `bytes`, or is
  // empty.
  void state(const Message& message);

  // Event time has come to `now_ns`: runs the timers that are due and flushes buffered events. Live, also
  // called without traffic.
  void advance(std::uint64_t now_ns);

  // The samples of some message of this worker were lost: legs open now are no longer `full` but `lossy`.
  void mark_lossy();

  // The sight ends here: writes every open leg with `coverage: cut` at time `now_ns`.
  void close(std::uint64_t now_ns);

  // Facts stated since the last call, oldest first; nullptr when there are none. The list is the caller's to
  // change and to share; it is used again once nobody holds it.
  std::shared_ptr<FactList> take_facts();
  bool has_facts() const;

  // Some of the legs that have not ended, as they are now; a bounded number, however many are asked for
  // (leg_inquiry.h).
  LegsSeen open_legs(const LegsAsked& asked) const;

  const CallGauges& gauges() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sipsonde
