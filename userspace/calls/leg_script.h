// SPDX-License-Identifier: Apache-2.0
// Where a script of the operator is asked about a leg. The call model knows nothing else of scripts.
#pragma once

#include <cstdint>

#include "base/arena.h"
#include "decode/sip_message.h"
#include "facts/fact.h"

namespace sipsonde {

// A leg at a turn of its life.
struct ScriptedLeg {
  // What is known of it; times are hook time. The script may change tenant, price_micros, currency,
  // recording_url, agent_id, route and custom.
  CallRecord& record;
  Arena& texts;                         // where what it says is kept, as long as the leg
  const SipMessage* message = nullptr;  // of this moment; at the end its headers alone; nullptr: none
  std::uint64_t now_ns = 0;
};

// Of one worker. Nothing thrown, nothing waited for: a script that fails leaves the leg as it is.
class LegScript {
 public:
  virtual ~LegScript() = default;
  virtual void on_start(const ScriptedLeg& leg) = 0;   // the first INVITE of the leg
  virtual void on_answer(const ScriptedLeg& leg) = 0;  // its first 2xx
  virtual void on_end(const ScriptedLeg& leg) = 0;     // its row is about to be stated
};

}  // namespace sipsonde
