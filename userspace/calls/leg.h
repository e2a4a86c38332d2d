// SPDX-License-Identifier: Apache-2.0
// The state of one leg: Call-ID, direction and the two signalling addresses (docs/calls.md).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "base/arena.h"
#include "base/endpoint.h"
#include "calls/hold.h"
#include "calls/outcome.h"
#include "calls/pool.h"
#include "calls/timer_wheel.h"
#include "calls/worth.h"
#include "facts/fact.h"
#include "links/link_handle.h"
#include "scanners/asked_target.h"
#include "stir/status.h"

namespace sipsonde {

enum class Phase : std::uint8_t {
  early,      // an INVITE waits for its final response
  retry,      // refused in a way that asks for another INVITE, which may still come
  confirmed,  // answered
  ending,     // it is known how it ended; stragglers of the same moment may still correct that
  ended,      // its row is written; repeats are absorbed
};

struct Leg;

// All legs of one Call-ID.
struct Call : Pooled {
  void renew() {
    std::string room = std::move(call_id);
    room.clear();
    *this = Call{};
    call_id = std::move(room);
  }

  std::uint64_t hash = 0;
  std::string call_id;           // verbatim, at most kTextLimit bytes
  std::size_t full_size = 0;     // of the Call-ID as sent
  bool caller_withheld = false;  // an INVITE said that its sender is not to be known (RFC 3323)
  std::uint32_t legs_numbered = 0;
  std::uint32_t legs_held = 0;
  Leg* first_leg = nullptr;  // by number
};

// What a script can still ask for when the row is written: the headers of the message that ended the leg.
struct LastMessage {
  enum class Rank : std::uint8_t {
    none,
    final_response,
    cancel,
    bye
  };  // which of several it is: the highest

  std::span<char> room;  // in the leg's memory
  std::size_t size = 0;
  sipsonde_method method = SIPSONDE_METHOD_other;
  std::uint16_t code = 0;
  Rank rank = Rank::none;
};

struct Leg : Pooled {
  void renew() {
    Arena room = std::move(text);
    room.clear();
    *this = Leg{};
    text = std::move(room);
  }

  Call* call = nullptr;
  Leg* next_in_call = nullptr;
  std::uint32_t number = 0;
  std::uint64_t order = 0;  // legs began in this order
  Worth worth = Worth::trying;

  sipsonde_direction direction = SIPSONDE_DIRECTION_inbound;
  TrunkIndex trunk = 0;
  Endpoint source;       // the caller's side, as this hop sees it
  Endpoint destination;  // the callee's side
  bool invite_seen = false;

  Phase phase = Phase::early;
  Evidence evidence;
  std::uint32_t pending = 0;   // INVITEs that wait for their final response
  std::uint32_t attempts = 0;  // INVITEs that asked for the dialog
  std::uint32_t cseq = 0;      // the highest of those
  std::uint64_t last_seen_ns = 0;
  bool heard_source = false;
  bool heard_destination = false;
  bool mirrored = false;                // both directions cross the hook the same way, as on a mirror port
  bool acknowledged = false;            // an ACK followed a 2xx
  std::uint32_t acknowledged_cseq = 0;  // of the latest such ACK
  Handle invite;                        // the transaction of the latest attempt
  Handle answered_invite;               // the latest transaction of an INVITE that was answered 2xx
  bool one_sided = false;  // answers went another way: what is known of them is what requests prove
  StirOfLeg stir;
  bool lossy = false;
  std::uint32_t losses_before = 0;  // how often samples had been lost when the leg began
  AskedTarget asked;     // of an INVITE that came in: what is told to Scanners when the outcome is known
  bool reached = false;  // it rang or was answered, and Scanners know
  bool suspect = false;  // its source was found to be a scanner

  // What goes on in its dialogs: sessions.cpp, transfers.cpp.
  RefusedIntervals refused_intervals;
  Holds holds;
  bool answer_is_due = false;          // a 2xx carried the offer, so the ACK carries the answer
  std::uint64_t row_ns = 0;            // when its row was written
  std::uint64_t expired_after_ns = 0;  // the interval of the session that expired
  Handle transfer;

  Handle media;     // a LegMedia, once an SDP was seen
  LinkHandle link;  // by which the legs of other Call-IDs find it

  Timer life;   // what comes next if nothing is seen: the phase says what
  Timer flush;  // buffered events have waited long enough
  std::uint32_t event_buffer = kNone;
  LastMessage last_message;
  CallRecord record;  // the parts that are known from the start; their texts are in `text`
  Arena text;         // what is kept of messages until the leg is gone
};

}  // namespace sipsonde
