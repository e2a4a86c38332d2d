// SPDX-License-Identifier: Apache-2.0
// From message to facts nothing is allocated once tables have grown to what the traffic needs.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "dialog_script.h"
#include "media/codec.h"
#include "support/counting_new.h"

namespace sipsonde::test {
namespace {

// Remembers keys alone; each look finds packets that have come.
class SmallKernel : public KernelMedia {
 public:
  bool announce(const sipsonde_endpoint_key&, const sipsonde_endpoint&) override { return true; }
  void withdraw(const sipsonde_endpoint_key&, std::uint32_t) override {}
  void read(std::uint32_t slot, sipsonde_stream& stream) const override {
    stream = {};
    stream.key = keys[slot % keys.size()];
    stream.codec = packed_codec(SIPSONDE_CODEC_pcmu, SIPSONDE_CLOCK_8000);
    stream.highest = ++looks_;
    stream.window[0] = stream.window[1] = UINT64_MAX;
  }
  void ask_again(std::uint32_t, std::uint64_t) override {}
  void set_clock(std::uint32_t, std::uint64_t, sipsonde_clock) override {}

  std::array<std::uint64_t, 4096> keys{};

 private:
  mutable std::uint32_t looks_ = 0;
};

class NoReports : public StreamReports {
 public:
  void advance(std::uint64_t) override {}
  void observe(std::string_view, std::optional<double>, std::optional<double>, std::uint64_t,
               std::uint64_t) override {}
};

Endpoint media_of(bool caller, int call) {
  return ipv4(caller ? 11 : 12, static_cast<std::uint16_t>(10000 + 2 * (call % 20000)));
}

std::string sdp_of(bool caller, int call) {
  const Endpoint where = media_of(caller, call);
  return "v=0\r\nc=IN IP4 " + to_text(where.address) + "\r\nm=audio " + std::to_string(where.port) +
         " RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n";
}

// Both ways of a call begin, a key is pressed in one.
void speak(CallTable& table, SmallKernel& kernel, int call, std::uint64_t time_ns) {
  for (const bool sent : {true, false}) {
    sipsonde_stream_note note{};
    note.slot = static_cast<std::uint32_t>(2 * call + sent) % 4096;
    note.key = kernel.keys[note.slot] = static_cast<std::uint64_t>(2 * call + sent) + 1;
    note.first_ns = time_ns;
    note.ssrc = static_cast<std::uint32_t>(call);
    note.codec = packed_codec(SIPSONDE_CODEC_pcmu, SIPSONDE_CLOCK_8000);
    const MediaSighting sighting{time_ns, media_of(sent, call), media_of(!sent, call), SIPSONDE_FLOW_ingress,
                                 1};
    table.observe_stream(sighting, note);
    note.news = SIPSONDE_STREAM_NEWS_telephone_event;
    table.observe_stream(sighting, note);
  }
}

// Calls of every usual kind, one after the other in time. The messages are made before anything is counted.
std::vector<Message> call_number(int number) {
  Dialog dialog;
  dialog.call_id = "call-" + std::to_string(number) + "@192.0.2.1";
  dialog.prefix = "z9hG4bK-" + std::to_string(number) + "-";
  const milliseconds begin(number * 40);
  Message invite = dialog.invite(begin);
  invite.user_agent = "phone/1.0 (with a name of some length)";
  invite.content_type = "application/sdp";
  invite.body = sdp_of(true, number);
  std::vector<Message> messages = {invite, invite.later(milliseconds(500)),
                                   invite.answered(100, milliseconds(501)),
                                   invite.answered(180, milliseconds(700), dialog.callee_tag)};
  if (number % 4 == 1) {
    messages.push_back(dialog.cancel_of(invite, begin + seconds(3)).because("SIP", 200));
    messages.push_back(invite.answered(487, seconds(4), dialog.callee_tag));
    messages.push_back(dialog.ack_of_refusal(invite, begin + milliseconds(4010)));
    return messages;
  }
  messages.push_back(invite.answered(200, seconds(2), dialog.callee_tag));
  messages.back().body = sdp_of(false, number);
  messages.push_back(dialog.ack_of_2xx(begin + milliseconds(2010)));
  const Message hold = dialog.by_caller("INVITE", 2, begin + seconds(5));
  messages.push_back(hold);
  messages.push_back(hold.answered(200, milliseconds(20)));
  messages.push_back(dialog.ack_of_2xx(begin + milliseconds(5030), 2));
  const Message info = dialog.by_callee("INFO", 7, begin + seconds(6));
  messages.push_back(info);
  messages.push_back(info.answered(200, milliseconds(20)));
  Message options = dialog.by_caller("OPTIONS", 1, begin + seconds(7), false);
  options.call_id = "outside-" + std::to_string(number);
  messages.push_back(options);
  messages.push_back(options.answered(200, milliseconds(20)));
  const Message bye = dialog.by_caller("BYE", 3, begin + seconds(8)).because("Q.850", 16);
  messages.push_back(bye);
  messages.push_back(bye.answered(200, milliseconds(20)));
  return messages;
}

std::vector<Message> traffic(int calls) {
  std::vector<Message> messages;
  for (int number = 0; number < calls; ++number)
    for (Message& message : call_number(number)) messages.push_back(std::move(message));
  std::ranges::stable_sort(messages, {}, &Message::time_ns);
  return messages;
}

TEST(CallTable, AllocatesNothingAMessageInASteadyState) {
  constexpr int kCalls = 6000;  // at 25 a second: 240 s, so that ended ones come and go several times
  const std::vector<Message> messages = traffic(kCalls);
  const Settings settings;
  const Timebase timebase = Timebase::of_capture();
  Measures measures;
  RegistrationWatch registrations(1000, settings.trunks.size());
  const TrunkFinder trunks(settings.trunks);
  LinkTable links(settings.linking, settings.limits.calls);
  Scanners scanners(settings, 1);
  SmallKernel kernel;
  NoReports reports;
  const CallSurroundings surroundings{.settings = settings,
                                      .timebase = timebase,
                                      .measures = measures,
                                      .registrations = &registrations,
                                      .trunks = &trunks,
                                      .links = &links,
                                      .scanners = &scanners,
                                      .media = &kernel,
                                      .media_reports = &reports};
  CallTable table(surroundings, 1);

  const std::size_t warm = messages.size() / 2;
  std::size_t before = 0, facts = 0, records = 0, streams = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (i == warm) before = allocations.load();
    const SipMessage view = view_of(messages[i]);
    table.observe(sighting_of(messages[i], view));
    if (messages[i].code == 200 && messages[i].cseq == 1 && messages[i].method == "INVITE")
      speak(table, kernel, std::atoi(messages[i].call_id.c_str() + std::strlen("call-")),
            messages[i].time_ns);
    if (const auto list = table.take_facts(); list && i >= warm) {
      facts += list->size();
      for (const Fact& fact : *list)
        if (const auto* const record = std::get_if<CallRecord>(&fact)) {
          ++records;
          streams += record->media.size();
        }
    }
  }
  const std::size_t made = allocations.load() - before;
  EXPECT_GT(records, kCalls / 3u);
  EXPECT_GT(streams, kCalls / 3u);
  EXPECT_GT(facts, messages.size() / 3);
  EXPECT_EQ(made, 0u) << "in " << messages.size() - warm << " messages";
}

}  // namespace
}  // namespace sipsonde::test
