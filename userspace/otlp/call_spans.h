// SPDX-License-Identifier: Apache-2.0
// A leg that is over as spans (docs/otlp.md): sip.call, and as its children sip.call.setup for each INVITE
// that asked for it, sip.call.media for each stream, sip.call.teardown for its BYE; and a transaction outside
// of a call as one span.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "facts/fact.h"
#include "otlp/leg_story.h"
#include "otlp/span.h"
#include "otlp/span_id.h"

namespace sipsonde {

class CallSpans {
 public:
  // Takes each span before the next is made.
  using Outlet = std::function<void(const Span&)>;

  // The settings outlive this.
  explicit CallSpans(const Settings& settings);

  void make(const CallRecord& record, const LegStory& story, const Outlet& outlet);
  // Of a REGISTER or OPTIONS outside of a call, at its end.
  void make(const CallEvent& event, const Outlet& outlet);

  // From 400 on, unless the settings make an exception.
  bool is_error(int status) const;

 private:
  // Where an event of the story is told: at the call, at the BYE, or at an attempt, by its number from 0.
  using Place = std::int16_t;
  static constexpr Place kAtCall = -1;
  static constexpr Place kAtTeardown = -2;

  // An INVITE that asked for the leg.
  struct Attempt {
    std::uint64_t start_ns = 0;
    std::uint64_t end_ns = 0;  // 0: no final response was seen
    std::uint16_t code = 0;
    bool timed_out = false;
    std::string_view reason = {};
  };
  struct Teardown {
    std::uint64_t start_ns = 0;
    std::uint64_t end_ns = 0;
    std::uint16_t code = 0;
    bool unanswered = false;
    bool sent_here = false;  // by=local
    std::string_view initiator = {};
    std::string_view reason_class = {};
  };

  // From the story, where each event belongs and what the children are.
  void sort_events(const CallRecord& record, const LegStory& story);
  Place place_of(const LegStoryEvent& event);
  Place place_of_response(const LegStoryEvent& event);
  Place begin_attempt(const LegStoryEvent& event);
  Place begin_teardown(const LegStoryEvent& event);
  void add_what_the_record_knows(const CallRecord& record);

  void make_call(const CallRecord& record, const LegStory& story, const Outlet& outlet);
  void make_setup(const CallRecord& record, const LegStory& story, std::size_t number, const Outlet& outlet);
  void make_media(const CallRecord& record, std::size_t number, const Outlet& outlet);
  void make_teardown(const CallRecord& record, const LegStory& story, const Outlet& outlet);

  void begin(std::string_view name, SpanId id);
  void begin_child(const CallRecord& record, std::string_view name, SpanRole role, std::size_t number);
  void add_identity(std::string_view call_id, TrunkIndex trunk, std::string_view tenant);
  void add_method(sipsonde_method method);
  void add_request(const CallRecord& record);
  void add_peer(const Endpoint& peer, sipsonde_transport transport);
  // `room` keeps the text of the address as long as the span is at hand.
  void add_address(std::string_view address_key, std::string_view port_key, const Endpoint& endpoint,
                   std::string& room);
  void add_event(const LegStoryEvent& event);
  void add_setup_event(const CallRecord& record, const Attempt& attempt, const LegStoryEvent& event);
  void set_status(int code, std::string_view message);

  const Settings& settings_;
  const SpanIds ids_;
  std::vector<std::uint16_t> no_errors_;  // sorted

  // Of the leg at hand.
  TraceId trace_id_{};
  SpanId root_{};
  std::uint64_t start_ns_ = 0;
  std::uint64_t end_ns_ = 0;
  std::vector<Place> places_;
  std::vector<Attempt> attempts_;
  std::optional<Teardown> teardown_;

  Span span_;
  std::array<std::string, 2> texts_;  // of addresses in span_
};

}  // namespace sipsonde
