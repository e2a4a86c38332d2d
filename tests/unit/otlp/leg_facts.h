// SPDX-License-Identifier: Apache-2.0
// The facts of a leg as the call model states them: times are milliseconds after the INVITE.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "facts/fact.h"

namespace sipsonde {

inline constexpr std::uint64_t kInviteNs = 1'700'000'000'000'000'000;
inline constexpr std::uint64_t at_ms(std::uint64_t milliseconds) {
  return kInviteNs + milliseconds * 1'000'000;
}

class LegFacts {
 public:
  explicit LegFacts(std::string call_id = "a84b4c76@pc33.example.com", std::uint32_t leg = 0);

  // Texts of attributes are kept here.
  LegFacts& event(EventName name, std::uint64_t milliseconds, sipsonde_method method, std::uint16_t code = 0,
                  std::vector<std::pair<std::string_view, std::string>> attributes = {});

  // INVITE, 100, 180 after 200 ms, 200 after 2 s, ACK, BYE by the caller after 10 s, 200 20 ms later.
  static LegFacts answered(std::string call_id = "a84b4c76@pc33.example.com");
  // INVITE, then that final response after 300 ms.
  static LegFacts refused(std::uint16_t code, std::string call_id = "a84b4c76@pc33.example.com");

  std::vector<Fact> facts() const;  // the events, then the record

  CallRecord record;
  std::vector<CallEvent> events;

 private:
  std::string& keep(std::string text);
  std::deque<std::string> texts_;
  std::deque<std::vector<Attribute>> attributes_;
};

}  // namespace sipsonde
