// SPDX-License-Identifier: Apache-2.0
// The state of one leg: Call-ID, direction and the two signalling addresses (docs/calls.md).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "base/arena.h"
#include "base/endpoint.h"
#include "calls/outcome.h"
#include "calls/pool.h"
#include "calls/timer_wheel.h"
#include "facts/fact.h"

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
  std::string call_id;        // verbatim, at most kTextLimit bytes
  std::size_t full_size = 0;  // of the Call-ID as sent
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
  bool mirrored = false;                // both directions cross the hook the same way, as on a mirror port
  bool acknowledged = false;            // an ACK followed a 2xx
  std::uint32_t acknowledged_cseq = 0;  // of the latest such ACK
  Handle invite;                        // the transaction of the latest attempt
  Handle answered_invite;               // the latest transaction of an INVITE that was answered 2xx
  bool held_by_caller = false;
  bool held_by_callee = false;
  bool one_sided = false;  // answers went another way: what is known of them is what requests prove
  bool lossy = false;
  std::uint32_t losses_before = 0;  // how often samples had been lost when the leg began

  Timer life;   // what comes next if nothing is seen: the phase says what
  Timer flush;  // buffered events have waited long enough
  std::uint32_t event_buffer = kNone;
  LastMessage last_message;
  CallRecord record;  // the parts that are known from the start; their texts are in `text`
  Arena text;         // what is kept of messages until the leg is gone
};

}  // namespace sipsonde
