// SPDX-License-Identifier: Apache-2.0
#include "metrics/call_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "metrics/call_metrics.h"
#include "metrics/exposition.h"
#include "metrics/kernel_metrics.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kMillisecond = 1'000'000;

TrunkTable two_trunks() {
  return {TrunkRule{.name = "carrier-a", .tenant = "acme"}, TrunkRule{.name = "default"}};
}

std::string page_of(const prometheus::Collectable& source) {
  return render(merge(source.Collect()), Format::text);
}

CallRecord answered_leg() {
  CallRecord record;
  record.direction = SIPSONDE_DIRECTION_outbound;
  record.start_ns = 1000 * kNsPerSecond;
  record.ringing_ns = 1000 * kNsPerSecond + 32 * kMillisecond;
  record.answer_ns = 1000 * kNsPerSecond + 6001 * kMillisecond;
  record.end_ns = *record.answer_ns + 60 * kNsPerSecond;
  record.teardown_ns = 3 * kMillisecond;
  record.disposition = Disposition::answered;
  return record;
}

TEST(CallTally, CountsALegByTenantTrunkDirectionAndResult) {
  const TrunkTable trunks = two_trunks();
  const Measures measures;
  CallTally tally(trunks, measures);
  tally.consume(answered_leg());
  CallRecord busy = answered_leg();
  busy.trunk = 1;
  busy.direction = SIPSONDE_DIRECTION_inbound;
  busy.disposition = Disposition::busy;
  busy.failure = FailureReason::busy;
  busy.answer_ns = std::nullopt;
  busy.teardown_ns = std::nullopt;
  tally.consume(busy);
  const std::string page = page_of(tally);
  for (const char* line : {
           R"(sip_calls_total{tenant="acme",trunk="carrier-a",direction="outbound",result="answered"} 1)",
           R"(sip_calls_total{tenant="acme",trunk="carrier-a",direction="inbound",result="answered"} 0)",
           R"(sip_calls_total{tenant="default",trunk="default",direction="inbound",result="busy"} 1)",
           R"(sip_call_failed_total{reason="busy"} 1)",
           R"(sip_call_failed_total{reason="no-answer"} 0)",
           R"(sip_call_duration_seconds_count{tenant="default",trunk="default",result="busy"} 0)",
       })
    EXPECT_THAT(page, HasSubstr(std::string(line) + "\n"));
}

TEST(CallTally, ObservesEachPartOfACallAtItsEdge) {
  const TrunkTable trunks = two_trunks();
  const Measures measures;
  CallTally tally(trunks, measures);
  tally.consume(answered_leg());
  const std::string page = page_of(tally);
  for (
      const char* line : {
          // 60 s, an edge: inclusive
          R"(sip_call_duration_seconds_bucket{tenant="acme",trunk="carrier-a",result="answered",le="30"} 0)",
          R"(sip_call_duration_seconds_bucket{tenant="acme",trunk="carrier-a",result="answered",le="60"} 1)",
          R"(sip_call_duration_seconds_bucket{tenant="acme",trunk="carrier-a",result="answered",le="7200"} 1)",
          R"(sip_call_duration_seconds_sum{tenant="acme",trunk="carrier-a",result="answered"} 60)",
          // 6.001 s
          R"(sip_call_setup_seconds_bucket{direction="outbound",le="6"} 0)",
          R"(sip_call_setup_seconds_bucket{direction="outbound",le="8"} 1)",
          R"(sip_call_setup_seconds_sum{direction="outbound"} 6.001)",
          // 0.032 s
          R"(sip_call_ringing_seconds_bucket{direction="outbound",le="0.016"} 0)",
          R"(sip_call_ringing_seconds_bucket{direction="outbound",le="0.032"} 1)",
          R"(sip_call_teardown_seconds_bucket{direction="outbound",le="0.002"} 0)",
          R"(sip_call_teardown_seconds_bucket{direction="outbound",le="0.004"} 1)",
          R"(sip_call_teardown_seconds_count{direction="inbound"} 0)",
      })
    EXPECT_THAT(page, HasSubstr(std::string(line) + "\n"));
}

TEST(CallTally, KeepsTheRatiosOfTheLastFiveMinutes) {
  const TrunkTable trunks = two_trunks();
  const Measures measures;
  CallTally tally(trunks, measures);
  const CallRecord answered = answered_leg();
  tally.advance(*answered.end_ns);
  tally.consume(answered);
  EXPECT_THAT(page_of(tally), HasSubstr("sip_answer_seizure_ratio{direction=\"outbound\"} 1\n"));
  EXPECT_THAT(page_of(tally), HasSubstr("sip_average_call_seconds{direction=\"outbound\"} 60\n"));
  tally.advance(*answered.end_ns + 301 * kNsPerSecond);
  EXPECT_THAT(page_of(tally), Not(HasSubstr("sip_answer_seizure_ratio")));
}

TEST(CallTally, HasTheDocumentedEdges) {
  const TrunkTable trunks = {TrunkRule{.name = "default"}};
  const Measures measures;
  const std::string page = page_of(CallTally(trunks, measures));
  std::string setup;
  std::string duration;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t edge = line.find("le=\"");
    if (edge == std::string::npos) continue;
    const std::string text = line.substr(edge + 4, line.find('"', edge + 4) - edge - 4) + " ";
    if (line.starts_with("sip_call_setup_seconds_bucket{direction=\"inbound\"")) setup += text;
    if (line.starts_with("sip_call_duration_seconds_bucket") && line.find("\"busy\"") != std::string::npos)
      duration += text;
  }
  EXPECT_EQ(
      setup,
      "0.001 0.002 0.004 0.008 0.016 0.032 0.064 0.128 0.256 0.512 1 1.5 2 3 4 6 8 12 16 24 32 64 +Inf ");
  EXPECT_EQ(duration, "1 5 10 30 60 120 300 600 1800 3600 7200 +Inf ");
}

TEST(CallTally, DoesNotCountALegThatWasCutBeforeItsAnswer) {
  const TrunkTable trunks = two_trunks();
  const Measures measures;
  CallTally tally(trunks, measures);
  CallRecord cut;
  cut.coverage = Coverage::cut;
  cut.start_ns = 1;
  tally.consume(cut);
  EXPECT_EQ(page_of(tally), page_of(CallTally(trunks, measures)));
}

TEST(CallTally, NeverObservesANegativeLength) {
  const TrunkTable trunks = two_trunks();
  const Measures measures;
  CallTally tally(trunks, measures);
  CallRecord record = answered_leg();
  record.ringing_ns = *record.start_ns - 1;
  tally.consume(record);
  EXPECT_THAT(page_of(tally), HasSubstr("sip_call_ringing_seconds_sum{direction=\"outbound\"} 0\n"));
}

TEST(CallTally, ShowsTimeoutsByMethod) {
  const TrunkTable trunks = two_trunks();
  Measures measures;
  const CallTally tally(trunks, measures);
  measures.count_timeout(SIPSONDE_METHOD_options);
  const std::string page = page_of(tally);
  EXPECT_THAT(page, HasSubstr("sip_transaction_timeout_total{method=\"OPTIONS\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("sip_transaction_timeout_total{method=\"INVITE\"} 0\n"));
  EXPECT_THAT(page, Not(HasSubstr("sip_transaction_timeout_total{method=\"ACK\"}")));
}

TEST(CallTally, ShowsHowHandshakesForSrtpEnded) {
  const TrunkTable trunks = two_trunks();
  Measures measures;
  const CallTally tally(trunks, measures);
  measures.count_dtls_handshake(DtlsResult::fingerprint_mismatch);
  const std::string page = page_of(tally);
  EXPECT_THAT(page, HasSubstr("sip_dtls_handshake_total{result=\"fingerprint-mismatch\"} 1\n"));
  for (const char* result : {"ok", "fail", "timeout"})
    EXPECT_THAT(page, HasSubstr("sip_dtls_handshake_total{result=\"" + std::string(result) + "\"} 0\n"));
}

TEST(CallTally, AddsWhatWasLostAtTheEndOfStreamsToWhatTheKernelCounted) {
  const TrunkTable trunks = two_trunks();
  Measures measures;
  const CallTally tally(trunks, measures);
  measures.count_lost_at_end(SIPSONDE_FLOW_ingress, 3);
  measures.count_lost_at_end(SIPSONDE_FLOW_egress, 4);
  measures.count_lost_at_end(SIPSONDE_FLOW_egress, 5);
  const KernelMetrics kernel(
      [](sipsonde_counters& counters) { counters.rtp_lost[SIPSONDE_FLOW_egress] = 100; }, 1);
  auto families = kernel.Collect();
  const auto agents = tally.Collect();
  families.insert(families.end(), agents.begin(), agents.end());
  const std::string page = render(merge(std::move(families)), Format::text);
  EXPECT_THAT(page, HasSubstr("rtp_lost_packets_total{direction=\"inbound\"} 3\n"
                              "rtp_lost_packets_total{direction=\"outbound\"} 109\n"));
}

TEST(CallTally, PutsATrunkOutsideOfTheTableToTheDefault) {
  const TrunkTable trunks = two_trunks();
  const Measures measures;
  CallTally tally(trunks, measures);
  CallRecord record = answered_leg();
  record.trunk = 500;
  tally.consume(record);
  EXPECT_THAT(
      page_of(tally),
      HasSubstr(
          R"(sip_calls_total{tenant="default",trunk="default",direction="outbound",result="answered"} 1)"));
}

TEST(CallTally, ShowsOfManyTrunksOnlyThoseThatHadACall) {
  TrunkTable trunks;
  for (int number = 0; number < 100; ++number)
    trunks.push_back(TrunkRule{.name = "t" + std::to_string(number)});
  const Measures measures;
  CallTally tally(trunks, measures);
  EXPECT_THAT(page_of(tally), Not(HasSubstr("sip_calls_total")));
  CallRecord record = answered_leg();
  record.trunk = 42;
  tally.consume(record);
  const std::string page = page_of(tally);
  EXPECT_THAT(page, HasSubstr("sip_calls_total{tenant=\"default\",trunk=\"t42\""));
  EXPECT_THAT(page, Not(HasSubstr("trunk=\"t41\"")));
}

TEST(CallTally, LosesNothingBetweenWorkers) {
  const TrunkTable trunks = two_trunks();
  const Measures measures;
  CallTally tally(trunks, measures);
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 4; ++worker)
    workers.emplace_back([&tally] {
      const Fact fact = answered_leg();
      for (int number = 0; number < 5000; ++number) tally.consume(fact);
    });
  for (auto& worker : workers) worker.join();
  const std::string page = page_of(tally);
  EXPECT_THAT(page, HasSubstr("direction=\"outbound\",result=\"answered\"} 20000\n"));
  EXPECT_THAT(page, HasSubstr("sip_call_setup_seconds_count{direction=\"outbound\"} 20000\n"));
}

TEST(CallTally, ShowsByesBySenderAndReason) {
  const TrunkTable trunks = two_trunks();
  Measures measures;
  const CallTally tally(trunks, measures);
  measures.count_bye(SIPSONDE_DIRECTION_outbound, ByeSender::remote, ByeReason::user_hangup);
  measures.count_bye(SIPSONDE_DIRECTION_outbound, ByeSender::local, ByeReason::normal);
  const std::string page = page_of(tally);
  EXPECT_THAT(
      page,
      HasSubstr("sip_bye_total{direction=\"outbound\",by=\"remote\",reason_class=\"user-hangup\"} 1\n"));
  EXPECT_THAT(page,
              HasSubstr("sip_bye_total{direction=\"outbound\",by=\"local\",reason_class=\"normal\"} 1\n"));
  EXPECT_THAT(
      page,
      HasSubstr("sip_bye_total{direction=\"inbound\",by=\"local\",reason_class=\"timer-expired\"} 0\n"));
}

TEST(CallTally, ShowsWhatBecameOfIdentities) {
  const TrunkTable trunks = two_trunks();
  Measures measures;
  const CallTally tally(trunks, measures);
  add_one(measures.stir_results[2]);
  const std::string page = page_of(tally);
  EXPECT_THAT(page, HasSubstr("sip_stir_verify_total{result=\"verified\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("sip_stir_verify_total{result=\"failed\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("sip_stir_verify_total{result=\"soft-fail\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("sip_stir_verify_total{result=\"no-identity\"} 0\n"));
}

TEST(CallMetrics, AddsUpWhatEachWorkerHolds) {
  const TrunkTable trunks = two_trunks();
  CallGauges one(trunks.size());
  CallGauges two(trunks.size());
  one.active[0] = 2;
  two.active[0] = 3;
  one.dialogs = 4;
  two.dialogs = 5;
  two.evicted_calls = 7;
  const std::string page = page_of(CallMetrics(trunks, {&one, &two}));
  EXPECT_THAT(page, HasSubstr("sip_calls_active{tenant=\"acme\",trunk=\"carrier-a\"} 5\n"));
  EXPECT_THAT(page, HasSubstr("sip_calls_active{tenant=\"default\",trunk=\"default\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("sip_dialog_sessions 9\n"));
  EXPECT_THAT(page, HasSubstr("sipsonde_evictions_total{table=\"calls\"} 7\n"));
  EXPECT_THAT(page, HasSubstr("sipsonde_evictions_total{table=\"agent-transactions\"} 0\n"));
}

TEST(CallMetrics, LetsAGaugeGoBackToZeroEvenAmongManyTrunks) {
  const TrunkTable trunks(50, TrunkRule{.name = "t"});
  CallGauges gauges(trunks.size());
  const CallMetrics metrics(trunks, {&gauges});
  EXPECT_THAT(page_of(metrics), Not(HasSubstr("sip_calls_active")));
  gauges.active[7] = 1;
  EXPECT_THAT(page_of(metrics), HasSubstr("sip_calls_active{tenant=\"default\",trunk=\"t\"} 1\n"));
  gauges.active[7] = 0;
  EXPECT_THAT(page_of(metrics), HasSubstr("sip_calls_active{tenant=\"default\",trunk=\"t\"} 0\n"));
}

}  // namespace
}  // namespace sipsonde
