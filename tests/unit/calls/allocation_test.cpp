// SPDX-License-Identifier: Apache-2.0
// From message to facts nothing is allocated once tables have grown to what the traffic needs.
#include <gtest/gtest.h>

#include "dialog_script.h"
#include "support/counting_new.h"

namespace sipsonde::test {
namespace {

// Calls of every usual kind, one after the other in time. The messages are made before anything is counted.
std::vector<Message> call_number(int number) {
  Dialog dialog;
  dialog.call_id = "call-" + std::to_string(number) + "@192.0.2.1";
  dialog.prefix = "z9hG4bK-" + std::to_string(number) + "-";
  const milliseconds begin(number * 40);
  Message invite = dialog.invite(begin);
  invite.user_agent = "phone/1.0 (with a name of some length)";
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
  const CallSurroundings surroundings{.settings = settings,
                                      .timebase = timebase,
                                      .measures = measures,
                                      .registrations = &registrations,
                                      .trunks = &trunks,
                                      .links = &links,
                                      .scanners = &scanners};
  CallTable table(surroundings, 1);

  const std::size_t warm = messages.size() / 2;
  std::size_t before = 0, facts = 0, records = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (i == warm) before = allocations.load();
    const SipMessage view = view_of(messages[i]);
    table.observe(sighting_of(messages[i], view));
    if (const auto list = table.take_facts(); list && i >= warm) {
      facts += list->size();
      for (const Fact& fact : *list) records += std::holds_alternative<CallRecord>(fact);
    }
  }
  const std::size_t made = allocations.load() - before;
  EXPECT_GT(records, kCalls / 3u);
  EXPECT_GT(facts, messages.size() / 3);
  EXPECT_EQ(made, 0u) << "in " << messages.size() - warm << " messages";
}

}  // namespace
}  // namespace sipsonde::test
