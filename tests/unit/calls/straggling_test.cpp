// SPDX-License-Identifier: Apache-2.0
// Messages twice, and messages out of order: the same rows come out. A seed that fails is in the message.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "dialog_script.h"

namespace sipsonde::test {
namespace {

using Random = std::mt19937_64;

milliseconds between(Random& random, int low, int high) {
  return milliseconds(low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low + 1)));
}

// A valid call of a random kind, all of one leg, as it happens in time.
std::vector<Message> random_call(Random& random, int number) {
  Dialog dialog;
  dialog.call_id = "call-" + std::to_string(number);
  dialog.prefix = "z9hG4bK-" + std::to_string(number) + "-";
  dialog.caller_tag = "a" + std::to_string(number);
  dialog.callee_tag = "b" + std::to_string(number);
  dialog.mirrored = random() % 3 == 0;
  if (!dialog.mirrored && random() % 2 == 0) dialog.direction = SIPSONDE_DIRECTION_outbound;
  const std::string& tag = dialog.callee_tag;

  std::vector<Message> call;
  milliseconds now = between(random, 0, 3000);
  std::uint32_t cseq = 1;
  const auto step = [&](int low, int high) { return now += between(random, low, high); };
  const auto respond = [&](const Message& request, int code) {
    Message response = request.answered(code, milliseconds(0), tag);
    response.time_ns = at(now);
    call.push_back(response);
  };

  Message invite = dialog.invite(now, cseq);
  call.push_back(invite);
  if (random() % 3 == 0) {
    step(1, 20);
    respond(invite, random() % 2 ? 401 : 407);
    call.push_back(dialog.ack_of_refusal(invite, step(1, 10)));
    invite = dialog.invite(step(1, 30), ++cseq);
    call.push_back(invite);
  }
  step(1, 20);
  respond(invite, 100);
  if (random() % 4 != 0) {
    step(1, 100);
    respond(invite, random() % 2 ? 180 : 183);
  }
  switch (random() % 4) {
    case 0: {
      constexpr int kRefusals[] = {404, 480, 486, 488, 500, 503, 603};
      step(1, 3000);
      respond(invite, kRefusals[random() % std::size(kRefusals)]);
      call.push_back(dialog.ack_of_refusal(invite, step(1, 10)));
      return call;
    }
    case 1: {
      Message cancel = dialog.cancel_of(invite, step(100, 3000));
      if (random() % 3 == 0) cancel = cancel.because("Q.850", random() % 2 ? 19 : 31);
      call.push_back(cancel);
      step(1, 10);
      respond(cancel, 200);
      step(1, 10);
      respond(invite, 487);
      call.push_back(dialog.ack_of_refusal(invite, step(1, 10)));
      return call;
    }
    default:
      break;
  }
  step(1, 3000);
  respond(invite, 200);
  call.push_back(dialog.ack_of_2xx(step(1, 10), cseq));
  if (random() % 3 == 0) {
    const Message reinvite = dialog.by_callee("INVITE", 1, step(1, 500));
    call.push_back(reinvite);
    step(1, 20);
    respond(reinvite, 200);
    Message ack = dialog.by_callee("ACK", 1, step(1, 10));
    call.push_back(ack);
  }
  step(1, 3000);
  const bool by_caller = random() % 2 == 0;
  Message bye = by_caller ? dialog.by_caller("BYE", cseq + 1, now) : dialog.by_callee("BYE", 2, now);
  if (random() % 3 == 0) bye = bye.because("Q.850", random() % 2 ? 16 : 38);
  call.push_back(bye);
  if (random() % 4 == 0) {
    const Message crossing =
        by_caller ? dialog.by_callee("BYE", 2, step(1, 10)) : dialog.by_caller("BYE", cseq + 1, step(1, 10));
    call.push_back(crossing);
    step(1, 10);
    respond(crossing, random() % 2 ? 481 : 200);
  }
  step(1, 20);
  respond(bye, 200);
  return call;
}

using Row = std::tuple<std::string, std::optional<Disposition>, std::optional<std::uint16_t>,
                       std::optional<std::uint16_t>, Initiator, Coverage, std::optional<std::uint64_t>,
                       std::optional<std::uint64_t>, std::optional<std::uint64_t>, std::string>;

std::vector<Row> rows_in(Stage& stage) {
  std::vector<Row> rows;
  for (const CallRecord& record : stage.records())
    rows.emplace_back(record.call_id, record.disposition, record.sip_status, record.q850_cause,
                      record.disconnect_initiator, record.coverage, record.start_ns, record.answer_ns,
                      record.end_ns, record.from_number);
  std::ranges::sort(rows);
  return rows;
}

std::vector<Row> rows_of(const std::vector<Message>& messages) {
  Stage stage;
  stage.see(messages);
  stage.wait_until(seconds(200));
  return rows_in(stage);
}

std::vector<Message> random_traffic(Random& random) {
  std::vector<Message> messages;
  const int calls = 1 + static_cast<int>(random() % 6);
  for (int i = 0; i < calls; ++i)
    for (Message& message : random_call(random, i)) messages.push_back(std::move(message));
  std::ranges::stable_sort(messages, {}, &Message::time_ns);
  return messages;
}

// In the order in which they arrive, each up to 50 ms late; what they say of their time stays.
std::vector<Message> jittered(const std::vector<Message>& messages, Random& random) {
  std::vector<std::pair<std::uint64_t, const Message*>> arrivals;
  for (const Message& message : messages)
    arrivals.emplace_back(message.time_ns + random() % 50'000'000, &message);
  std::ranges::stable_sort(arrivals, {}, &std::pair<std::uint64_t, const Message*>::first);
  std::vector<Message> late;
  for (const auto& [arrival, message] : arrivals) late.push_back(*message);
  return late;
}

std::vector<Message> repeated(const std::vector<Message>& messages, Random& random) {
  std::vector<Message> more = messages;
  for (const Message& message : messages)
    for (auto copies = random() % 3; copies > 0; --copies)
      more.push_back(message.later(between(random, 1, 4000)));
  std::ranges::stable_sort(more, {}, &Message::time_ns);
  return more;
}

constexpr int kRounds = 1000;

TEST(Straggling, OneRowForEachCallOfARandomMix) {
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    Random random(seed);
    const auto messages = random_traffic(random);
    std::vector<std::string> calls;
    for (const Message& message : messages) calls.push_back(message.call_id);
    std::ranges::sort(calls);
    calls.erase(std::unique(calls.begin(), calls.end()), calls.end());
    const auto rows = rows_of(messages);
    ASSERT_EQ(rows.size(), calls.size()) << "seed " << seed;
    for (const Row& row : rows) ASSERT_EQ(std::get<Coverage>(row), Coverage::full) << "seed " << seed;
  }
}

TEST(Straggling, RepeatedMessagesGiveTheSameRows) {
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    Random random(seed);
    const auto messages = random_traffic(random);
    ASSERT_EQ(rows_of(repeated(messages, random)), rows_of(messages)) << "seed " << seed;
  }
}

TEST(Straggling, MessagesOutOfOrderWithin50MillisecondsGiveTheSameRows) {
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    Random random(seed);
    const auto messages = random_traffic(random);
    ASSERT_EQ(rows_of(jittered(messages, random)), rows_of(messages)) << "seed " << seed;
  }
}

// The rows after some messages were lost, and the worker was told so each time, as it is when a ring is full.
std::vector<Row> rows_with_losses(const std::vector<Message>& messages, Random& random) {
  Stage stage;
  for (const Message& message : messages) {
    if (random() % 10 == 0) {
      stage.wait_until(milliseconds((message.time_ns - kStart_ns) / 1'000'000));
      stage.table().mark_lossy();
    } else {
      stage.see(message);
    }
  }
  stage.wait_until(seconds(200));
  stage.close(seconds(200));
  return rows_in(stage);
}

TEST(Straggling, LostMessagesGiveTheSameRowsOrRowsThatSaySo) {
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    Random random(seed);
    const auto messages = random_traffic(random);
    const auto whole = rows_of(messages);
    for (const Row& row : rows_with_losses(messages, random)) {
      const bool as_without = std::ranges::find(whole, row) != whole.end();
      ASSERT_TRUE(as_without || std::get<Coverage>(row) != Coverage::full)
          << "seed " << seed << ", " << std::get<0>(row);
    }
  }
}

TEST(Straggling, TheSameMessagesGiveTheSameFactsInTheSameOrder) {
  Random random(3);
  const auto messages = random_traffic(random);
  const auto told = [&] {
    Stage stage;
    stage.see(messages);
    stage.close(seconds(100));
    std::vector<std::string> lines;
    for (const Fact& fact : stage.facts()) {
      const auto* event = std::get_if<CallEvent>(&fact);
      lines.push_back(event ? std::string(event->call_id) + std::string(label(event->event))
                            : std::string(std::get<CallRecord>(fact).call_id));
    }
    return lines;
  };
  EXPECT_EQ(told(), told());
}

}  // namespace
}  // namespace sipsonde::test
