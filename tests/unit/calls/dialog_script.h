// SPDX-License-Identifier: Apache-2.0
// Messages of a dialog, written as a reader thinks of them, and a stage on which a CallTable watches them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/labels.h"
#include "base/timebase.h"
#include "calls/call_table.h"
#include "media/kernel_media.h"
#include "media/stream_reports.h"

namespace sipsonde::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr std::uint64_t kStart_ns = 1'700'000'000'000'000'000;

inline Endpoint ipv4(std::uint8_t last, std::uint16_t port = 5060) {
  Endpoint endpoint;
  endpoint.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last};
  endpoint.port = port;
  return endpoint;
}

struct WrittenReason {
  std::string protocol;
  int cause = 0;
};

// Owns the text that a SipMessage only views.
struct Message {
  std::uint64_t time_ns = kStart_ns;
  Endpoint source;
  Endpoint destination;
  sipsonde_flow flow = SIPSONDE_FLOW_ingress;
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  std::uint32_t interface = 1;
  std::array<std::uint8_t, SIPSONDE_TUNNELS_DEEP> tunnel = {};
  bool mirrored = false;  // a response crosses the hook the same way as its request

  int code = 0;  // 0: a request
  std::string phrase;
  std::string method;
  std::string call_id = "call-1@192.0.2.1";
  std::string branch;
  std::string sent_by = "192.0.2.1:5060";
  std::uint32_t cseq = 1;
  std::string from_user = "1001";
  std::string to_user = "2002";
  std::string from_tag;
  std::string to_tag;
  std::string user_agent;
  std::string refer_to;
  std::string content_type;
  std::string body;
  std::optional<std::uint32_t> session_expires;
  std::string refresher;
  std::optional<std::uint32_t> min_se;
  std::optional<std::uint32_t> rseq;
  std::vector<WrittenReason> reasons;
  std::string headers;  // lines as they stand, for what is looked up by name
  std::optional<std::uint32_t> expires;
  std::optional<std::uint32_t> min_expires;

  // What a receiver, or a proxy, sends back.
  Message answered(int with, milliseconds after, const std::string& tag = "callee") const;
  Message later(milliseconds after) const;
  Message because(const std::string& protocol, int cause) const;
};

// A dialog between two addresses: makes the requests, each with a branch of its own.
struct Dialog {
  std::string call_id = "call-1@192.0.2.1";
  std::string caller_tag = "caller";
  std::string callee_tag = "callee";
  Endpoint caller = ipv4(1);
  Endpoint callee = ipv4(2);
  // As this node sees it. On a mirror port both ways are ingress.
  sipsonde_direction direction = SIPSONDE_DIRECTION_inbound;
  bool mirrored = false;
  std::string prefix = "z9hG4bK-";
  int branches = 0;

  Message by_caller(const std::string& method, std::uint32_t cseq, milliseconds at, bool in_dialog = true);
  Message by_callee(const std::string& method, std::uint32_t cseq, milliseconds at);
  Message invite(milliseconds at = {}, std::uint32_t cseq = 1);
  Message ack_of_2xx(milliseconds at, std::uint32_t cseq = 1);
  Message ack_of_refusal(const Message& invite, milliseconds at);
  Message cancel_of(const Message& invite, milliseconds at);
};

class Stage {
 public:
  // `media` and `reports` outlive the stage; nullptr: media is not watched.
  explicit Stage(Settings settings = {}, unsigned share = 1, KernelMedia* media = nullptr,
                 StreamReports* reports = nullptr);

  void see(const Message& message);
  void see(const std::vector<Message>& messages);
  void wait_until(milliseconds at);  // since kStart_ns
  void close(milliseconds at);
  void settle();  // far enough for rows that wait for stragglers, too little for any other timer

  // All that was stated so far.
  const std::vector<Fact>& facts();
  std::vector<CallRecord> records();
  std::vector<CallEvent> events();
  std::vector<std::string> event_names();
  CallRecord only_record();
  int count(EventName name);

  CallTable& table() { return table_; }
  const Measures& measures() const { return measures_; }
  RegistrationWatch& registrations() { return registrations_; }
  std::int64_t active() { return table_.gauges().active[0].load(); }

 private:
  Settings settings_;
  Timebase timebase_ = Timebase::of_capture();
  Measures measures_;
  KernelMedia* media_;
  StreamReports* reports_;
  RegistrationWatch registrations_{1000, settings_.trunks.size()};
  TrunkFinder trunks_{settings_.trunks};
  LinkTable links_{settings_.linking, 1000};
  CallSurroundings surroundings_{.settings = settings_,
                                 .timebase = timebase_,
                                 .measures = measures_,
                                 .registrations = &registrations_,
                                 .trunks = &trunks_,
                                 .links = &links_,
                                 .media = media_,
                                 .media_reports = reports_};
  CallTable table_;
  std::uint64_t now_ns_ = kStart_ns;
  std::vector<std::shared_ptr<FactList>> lists_;  // hold the texts of facts_
  std::vector<Fact> facts_;
};

// INVITE at 0, 100, 180 at 200 ms, 200 at 1 s, ACK.
std::vector<Message> answered_call(Dialog& dialog);
// BYE and its 200, 10 ms later.
std::vector<Message> hung_up(const Message& bye);

std::uint64_t at(milliseconds since_start);

// By which the kernel knows the call; never 0.
std::uint32_t call_hash_of(const std::string& call_id);

// The value of an attribute, empty when there is none of that name.
std::string_view attribute(const CallEvent& event, std::string_view name);

// The SipMessage that views `message`, which must outlive it.
SipMessage view_of(const Message& message);
Sighting sighting_of(const Message& message, const SipMessage& view);

}  // namespace sipsonde::test
