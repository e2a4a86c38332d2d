// SPDX-License-Identifier: Apache-2.0
// Messages that somebody made up, a hundred thousand a second: memory stays what it was, and the calls that
// were there stay whole. Counts what is on the heap, so it is a program of its own.
#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "calls/call_table.h"
#include "support/counting_new.h"

namespace sipsonde::test {
namespace {

constexpr std::uint64_t kBetween_ns = 10'000;  // 100 000 messages a second
constexpr unsigned kRealCalls = 500;
constexpr unsigned kWarmUp = 5'000;  // enough to fill both tables
constexpr unsigned kFlood = 10'000;
constexpr std::int64_t kGrowth = 512 << 10;  // 50 bytes a message

Endpoint ipv4(std::uint8_t last, std::uint16_t port = 5060) {
  Endpoint endpoint;
  endpoint.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last};
  endpoint.port = port;
  return endpoint;
}

// "real-17": words that differ in a number, in room that is used again.
class Word {
 public:
  std::string_view of(std::string_view prefix, unsigned number) {
    char* const end = std::copy(prefix.begin(), prefix.end(), room_.data());
    const char* const last = std::to_chars(end, room_.data() + room_.size(), number).ptr;
    return {room_.data(), static_cast<std::size_t>(last - room_.data())};
  }

 private:
  std::array<char, 64> room_{};
};

struct Kind {
  const char* name;
  sipsonde_method method;
  int code = 0;  // 0: a request
  bool in_dialog = true;
  bool acknowledged = false;  // each is followed by an ACK, as if it had been answered
};

// A table under a flood. Nobody keeps what it states but for the rows of the real calls.
class Siege {
 public:
  explicit Siege(bool with_scanners = false) {
    settings_.limits.calls = 2000;
    settings_.limits.transactions = 4000;
    if (with_scanners) scanners_ = std::make_unique<Scanners>(settings_, 1);
    table_ = std::make_unique<CallTable>(CallSurroundings{.settings = settings_,
                                                          .timebase = timebase_,
                                                          .measures = measures_,
                                                          .scanners = scanners_.get()},
                                         1);
  }

  void begin_real_calls() {
    for (unsigned call = 0; call < kRealCalls; ++call) {
      real(call, SIPSONDE_METHOD_invite, 1, 0);
      real(call, SIPSONDE_METHOD_invite, 1, 180);
      real(call, SIPSONDE_METHOD_invite, 1, 200);
      real(call, SIPSONDE_METHOD_ack, 2, 0);
    }
  }
  void end_real_call(unsigned call) {
    real(call, SIPSONDE_METHOD_bye, 3, 0);
    real(call, SIPSONDE_METHOD_bye, 3, 200);
  }

  void flood(const Kind& kind, unsigned messages) {
    for (unsigned i = 0; i < messages; ++i) bogus(kind);
  }

  // A message of a call that somebody makes.
  void real(unsigned call, sipsonde_method method, std::uint32_t cseq, int code) {
    SipMessage sip;
    sip.method = method;
    sip.method_text = "METHOD";
    sip.is_request = code == 0;
    sip.code = code;
    sip.call_id = call_id_.of("real-", call);
    sip.via = {"UDP", "192.0.2.1:5060", branch_.of("z9hG4bK-real-", call * 16 + cseq)};
    sip.cseq = method == SIPSONDE_METHOD_bye ? 2 : 1;
    sip.from = {.uri = "sip:1001@example.com", .user = "1001", .host = "example.com", .tag = "caller"};
    sip.to = {.uri = "sip:2002@example.com", .user = "2002", .host = "example.com", .tag = {}};
    if (code != 0 || method != SIPSONDE_METHOD_invite) sip.to.tag = "callee";
    sip.request_uri = sip.to;
    see(sip, ipv4(1), ipv4(2));
  }

  void bogus(const Kind& kind) {
    ++bogus_;
    make_up(kind, bogus_);
    if (kind.acknowledged) make_up({"", SIPSONDE_METHOD_ack}, bogus_);
  }

  void make_up(const Kind& kind, unsigned number) {
    SipMessage sip;
    sip.method = kind.method;
    sip.method_text = "METHOD";
    sip.is_request = kind.code == 0;
    sip.code = kind.code;
    sip.call_id = call_id_.of("bogus-call-of-somebody-", number);
    sip.via = {"UDP", "203.0.113.66:5060",
               branch_.of(kind.method == SIPSONDE_METHOD_ack ? "z9hG4bK-ack-" : "z9hG4bK-bogus-", number)};
    sip.cseq = 1;
    sip.from = {.uri = "sip:intruder@example.com", .user = "intruder", .host = "example.com", .tag = "a-tag"};
    const std::string_view user = user_.of("", number);
    sip.to = {.uri = "sip:anybody@example.com", .user = user, .host = "example.com", .tag = {}};
    if (kind.in_dialog) sip.to.tag = "b-tag";
    sip.request_uri = sip.to;
    sip.user_agent = "telephone";
    see(sip, ipv4(66), ipv4(2));
  }

  void settle() {
    table_->advance(now_ns_ += 200'000'000);
    take();
  }

  CallTable& table() { return *table_; }
  unsigned real_rows() const { return static_cast<unsigned>(rows_.size()); }
  unsigned whole_rows() const { return whole_rows_; }
  unsigned scanners_told() const { return scanners_told_; }

 private:
  void see(const SipMessage& sip, const Endpoint& asker, const Endpoint& asked) {
    now_ns_ += kBetween_ns;
    Sighting sighting;
    sighting.sip = &sip;
    sighting.time_ns = now_ns_;
    sighting.source = sip.is_request ? asker : asked;
    sighting.destination = sip.is_request ? asked : asker;
    sighting.flow = sip.is_request ? SIPSONDE_FLOW_ingress : SIPSONDE_FLOW_egress;
    table_->observe(sighting);
    if (++since_taken_ >= 100) take();
  }

  void take() {
    since_taken_ = 0;
    const auto facts = table_->take_facts();
    if (!facts) return;
    for (const Fact& fact : *facts) {
      if (const auto* event = std::get_if<CallEvent>(&fact))
        scanners_told_ += event->event == EventName::scanner;
      const auto* const row = std::get_if<CallRecord>(&fact);
      if (!row || !row->call_id.starts_with("real-")) continue;
      EXPECT_TRUE(rows_.emplace(row->call_id).second) << row->call_id << " has two rows";
      whole_rows_ += row->coverage == Coverage::full && row->disposition == Disposition::answered &&
                     row->start_ns && row->ringing_ns && row->answer_ns && row->end_ns;
    }
  }

  Settings settings_;
  Timebase timebase_ = Timebase::of_capture();
  Measures measures_;
  std::unique_ptr<Scanners> scanners_;
  std::unique_ptr<CallTable> table_;
  std::uint64_t now_ns_ = 1'700'000'000'000'000'000;
  unsigned bogus_ = 0;
  unsigned since_taken_ = 0;
  Word call_id_, branch_, user_;
  std::set<std::string> rows_;
  unsigned whole_rows_ = 0;
  unsigned scanners_told_ = 0;
};

constexpr Kind kKinds[] = {
    {"Invites", SIPSONDE_METHOD_invite, 0, false},
    {"InvitesWithAnAckOfTheirOwn", SIPSONDE_METHOD_invite, 0, false, true},
    {"InvitesInMadeUpDialogs", SIPSONDE_METHOD_invite},
    {"RingingThatNobodyAskedFor", SIPSONDE_METHOD_invite, 180},
    {"AnswersThatNobodyAskedFor", SIPSONDE_METHOD_invite, 200},
    {"RefusalsThatNobodyAskedFor", SIPSONDE_METHOD_invite, 404},
    {"Byes", SIPSONDE_METHOD_bye},
    {"ByesWithoutADialog", SIPSONDE_METHOD_bye, 0, false},
    {"AnswersToByes", SIPSONDE_METHOD_bye, 200},
    {"Cancels", SIPSONDE_METHOD_cancel, 0, false},
    {"Acks", SIPSONDE_METHOD_ack},
    {"Infos", SIPSONDE_METHOD_info},
    {"Registers", SIPSONDE_METHOD_register, 0, false},
    {"AnswersToRegisters", SIPSONDE_METHOD_register, 200},
    {"Notifies", SIPSONDE_METHOD_notify},
};

void expect_whole(const Siege& siege) {
  EXPECT_EQ(siege.real_rows(), kRealCalls);
  EXPECT_EQ(siege.whole_rows(), kRealCalls);
}

class Flood : public testing::TestWithParam<Kind> {};

TEST_P(Flood, LeavesCallsWholeAndMemoryAsItWas) {
  Siege siege;
  siege.begin_real_calls();
  siege.flood(GetParam(), kWarmUp);
  const std::int64_t before = live_bytes;
  siege.flood(GetParam(), kFlood);
  EXPECT_LT(live_bytes - before, kGrowth);
  EXPECT_EQ(siege.real_rows(), 0u) << "no call has given way";
  for (unsigned call = 0; call < kRealCalls; ++call) {
    siege.end_real_call(call);
    siege.flood(GetParam(), 4);
  }
  siege.settle();
  expect_whole(siege);
}
INSTANTIATE_TEST_SUITE_P(Of, Flood, testing::ValuesIn(kKinds),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Floods, OfAllKindsAtOnceLeaveCallsWholeAndMemoryAsItWas) {
  Siege siege;
  siege.begin_real_calls();
  const auto round = [&siege](unsigned messages) {
    for (unsigned i = 0; i < messages; ++i) siege.bogus(kKinds[i % std::size(kKinds)]);
  };
  round(3 * kWarmUp);
  const std::int64_t before = live_bytes;
  round(kFlood);
  EXPECT_LT(live_bytes - before, kGrowth);
  for (unsigned call = 0; call < kRealCalls; ++call) {
    siege.end_real_call(call);
    round(5);
  }
  siege.settle();
  expect_whole(siege);
  EXPECT_GT(siege.table().gauges().evicted_calls.load(), 0u);
  EXPECT_GT(siege.table().gauges().evicted_transactions.load(), 0u);
}

// Where a flood comes from one source, calls of others may even begin during it.
TEST(Floods, OfAScannerLeaveCallsWholeThatBeginWhileTheyLast) {
  Siege siege(true);
  siege.flood(kKinds[0], kWarmUp);
  EXPECT_EQ(siege.scanners_told(), 1u);
  for (unsigned call = 0; call < kRealCalls; ++call) {
    siege.real(call, SIPSONDE_METHOD_invite, 1, 0);
    siege.flood(kKinds[0], 10);
  }
  for (unsigned call = 0; call < kRealCalls; ++call) {
    siege.real(call, SIPSONDE_METHOD_invite, 1, 180);
    siege.real(call, SIPSONDE_METHOD_invite, 1, 200);
    siege.real(call, SIPSONDE_METHOD_ack, 2, 0);
    siege.flood(kKinds[0], 3);
  }
  for (unsigned call = 0; call < kRealCalls; ++call) siege.end_real_call(call);
  siege.settle();
  expect_whole(siege);
  EXPECT_EQ(siege.scanners_told(), 1u) << "a flood of requests is one event";
}

TEST(Floods, TakeNoMoreMemoryThanTheLimitsSay) {
  const std::int64_t before = live_bytes;
  Siege siege;
  siege.begin_real_calls();
  for (const Kind& kind : kKinds) siege.flood(kind, kWarmUp / 2);
  EXPECT_LT(live_bytes - before, 24 << 20) << "2000 legs and 4000 transactions";
}

}  // namespace
}  // namespace sipsonde::test
