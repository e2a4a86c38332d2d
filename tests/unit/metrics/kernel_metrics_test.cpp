// SPDX-License-Identifier: Apache-2.0
#include "metrics/kernel_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/agent_malformed.h"
#include "metrics/exposition.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_of(const std::function<void(sipsonde_counters&)>& read, unsigned workers = 1) {
  return render(merge(KernelMetrics(read, workers).Collect()), Format::text);
}

std::string page_of_nothing(unsigned workers = 1) {
  return page_of([](sipsonde_counters&) {}, workers);
}

int series_of(const std::string& page, const std::string& family) {
  int count = 0;
  for (std::size_t place = page.find("\n" + family + "{"); place != std::string::npos;
       place = page.find("\n" + family + "{", place + 1))
    ++count;
  return count;
}

struct StartCase {
  const char* family;
  int series;
};

// At most 32 label sets: all from the start. More: with the first observation.
constexpr StartCase kStarts[] = {
    {"sipsonde_packets_total", 28},
    {"sipsonde_messages_total", 2},
    {"sipsonde_messages_deferred_total", 3},
    {"sip_malformed_total", 13},
    {"sip_requests_total", 0},
    {"sip_responses_total", 0},
    {"sip_retransmissions_total", 0},
    {"sip_invite_result_total", 12},
    {"sipsonde_ring_events_total", 6},
    {"sipsonde_ring_dropped_total", 6},
    {"sipsonde_evictions_total", SIPSONDE_TABLE_COUNT},
    {"rtp_packets_total", 0},
    {"rtp_bytes_total", 0},
    {"rtp_lost_packets_total", 2},
    {"rtcp_packets_total", 16},
    {"rtcp_rtt_seconds_count", 2},
    {"sip_response_time_seconds_count", 0},
};

class Start : public testing::TestWithParam<StartCase> {};

TEST_P(Start, ShowsSmallFamiliesAtZeroAndLargeOnesNotAtAll) {
  EXPECT_EQ(series_of(page_of_nothing(), GetParam().family), GetParam().series);
}

INSTANTIATE_TEST_SUITE_P(Families, Start, testing::ValuesIn(kStarts),
                         [](const auto& test) { return std::string(test.param.family); });

TEST(KernelMetrics, ShowsTheRingsOfTheConfiguredWorkersOnly) {
  EXPECT_EQ(series_of(page_of_nothing(5), "sipsonde_ring_events_total"), 30);
  EXPECT_EQ(series_of(page_of_nothing(8), "sipsonde_ring_events_total"), 0)
      << "48 are too many to start with";
  const std::string page = page_of(
      [](sipsonde_counters& counters) {
        counters.ring_events[7][SIPSONDE_KIND_sip] = 9;
        counters.ring_dropped[7][SIPSONDE_KIND_rtcp] = 4;
      },
      8);
  EXPECT_THAT(page, HasSubstr("sipsonde_ring_events_total{worker=\"7\",kind=\"sip\"} 9\n"));
  EXPECT_THAT(page, HasSubstr("sipsonde_ring_dropped_total{worker=\"7\",kind=\"rtcp\"} 4\n"));
}

TEST(KernelMetrics, NamesEachCounterByItsLabels) {
  const std::string page = page_of([](sipsonde_counters& counters) {
    counters.packets[SIPSONDE_HOOK_tc][SIPSONDE_FLOW_egress][SIPSONDE_VERDICT_sip] = 1;
    counters.messages[SIPSONDE_PATH_reassembled] = 2;
    counters.deferred[SIPSONDE_DEFERRED_header_length] = 3;
    counters.malformed[SIPSONDE_MALFORMED_cseq_method] = 4;
    counters.requests[SIPSONDE_DIRECTION_outbound][SIPSONDE_METHOD_invite][SIPSONDE_TRANSPORT_tcp] = 5;
    counters.retransmissions[SIPSONDE_DIRECTION_inbound][SIPSONDE_METHOD_bye][SIPSONDE_REPEAT_response] = 6;
    counters.invite_results[SIPSONDE_DIRECTION_inbound][3] = 7;
    counters.evictions[SIPSONDE_TABLE_responses] = 8;
    counters.rtp_packets[SIPSONDE_FLOW_ingress][SIPSONDE_CODEC_pcma] = 12;
    counters.rtp_packets[SIPSONDE_FLOW_egress][SIPSONDE_CODEC_unknown] = 13;
    counters.rtp_bytes[SIPSONDE_FLOW_egress][SIPSONDE_CODEC_telephone_event] = 14;
    counters.rtp_lost[SIPSONDE_FLOW_egress] = 15;
    counters.rtcp_packets[SIPSONDE_FLOW_ingress][SIPSONDE_RTCP_TYPE_xr] = 16;
    auto& responses =
        counters.responses[SIPSONDE_DIRECTION_inbound][SIPSONDE_METHOD_invite][SIPSONDE_TRANSPORT_udp];
    responses[0] = 9;
    responses[599] = 10;
    responses[486 - SIPSONDE_CODE_FIRST] = 11;
  });
  for (const char* line : {
           "sipsonde_packets_total{hook=\"tc\",direction=\"egress\",verdict=\"sip\"} 1\n",
           "sipsonde_messages_total{path=\"reassembled\"} 2\n",
           "sipsonde_messages_deferred_total{reason=\"header-length\"} 3\n",
           "sip_malformed_total{reason=\"cseq-method\",stage=\"kernel\"} 4\n",
           "sip_requests_total{direction=\"outbound\",method=\"INVITE\",transport=\"tcp\"} 5\n",
           "sip_retransmissions_total{direction=\"inbound\",method=\"BYE\",kind=\"response\"} 6\n",
           "sip_invite_result_total{direction=\"inbound\",code_class=\"4xx\"} 7\n",
           "sipsonde_evictions_total{table=\"transaction-responses\"} 8\n",
           "rtp_packets_total{direction=\"inbound\",codec=\"PCMA\"} 12\n",
           "rtp_packets_total{direction=\"outbound\",codec=\"unknown\"} 13\n",
           "rtp_bytes_total{direction=\"outbound\",codec=\"telephone-event\"} 14\n",
           "rtp_lost_packets_total{direction=\"outbound\"} 15\n",
           "rtp_lost_packets_total{direction=\"inbound\"} 0\n",
           "rtcp_packets_total{direction=\"inbound\",type=\"xr\"} 16\n",
           "sip_responses_total{direction=\"inbound\",method=\"INVITE\",code=\"100\",code_class=\"1xx\","
           "transport=\"udp\"} 9\n",
           "sip_responses_total{direction=\"inbound\",method=\"INVITE\",code=\"699\",code_class=\"6xx\","
           "transport=\"udp\"} 10\n",
           "sip_responses_total{direction=\"inbound\",method=\"INVITE\",code=\"486\",code_class=\"4xx\","
           "transport=\"udp\"} 11\n",
       })
    EXPECT_THAT(page, HasSubstr(line));
  EXPECT_EQ(series_of(page, "sip_responses_total"), 3);
  EXPECT_EQ(series_of(page, "sip_requests_total"), 1);
}

TEST(KernelMetrics, ShowsTheKernelsOwnLatencyEdges) {
  const std::string page = page_of([](sipsonde_counters& counters) {
    auto& time =
        counters.response_time[SIPSONDE_DIRECTION_inbound][SIPSONDE_METHOD_invite][SIPSONDE_STAGE_final];
    time.bucket[0] = 1;
    time.bucket[10] = 2;
    time.bucket[SIPSONDE_LATENCY_EDGE_COUNT] = 3;
    time.sum_ns = 70'250'000'000;
  });
  const std::string labels = "{direction=\"inbound\",method=\"INVITE\",stage=\"final\"";
  const std::string bucket = "sip_response_time_seconds_bucket" + labels + ",le=";
  EXPECT_THAT(page, HasSubstr(bucket + "\"0.001\"} 1\n"));
  EXPECT_THAT(page, HasSubstr(bucket + "\"0.512\"} 1\n"));
  EXPECT_THAT(page, HasSubstr(bucket + "\"1\"} 3\n"));
  EXPECT_THAT(page, HasSubstr(bucket + "\"1.5\"} 3\n"));
  EXPECT_THAT(page, HasSubstr(bucket + "\"64\"} 3\n"));
  EXPECT_THAT(page, HasSubstr(bucket + "\"+Inf\"} 6\n"));
  EXPECT_THAT(page, HasSubstr("sip_response_time_seconds_sum" + labels + "} 70.25\n"));
  EXPECT_THAT(page, HasSubstr("sip_response_time_seconds_count" + labels + "} 6\n"));
  EXPECT_EQ(series_of(page, "sip_response_time_seconds_bucket"), 23);
}

TEST(KernelMetrics, ShowsRoundTripsAtTheSameEdges) {
  const std::string page = page_of([](sipsonde_counters& counters) {
    auto& time = counters.rtcp_rtt[SIPSONDE_FLOW_egress];
    time.bucket[5] = 2;
    time.sum_ns = 50'000'000;
  });
  EXPECT_THAT(page, HasSubstr("rtcp_rtt_seconds_bucket{direction=\"outbound\",le=\"0.016\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("rtcp_rtt_seconds_bucket{direction=\"outbound\",le=\"0.032\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("rtcp_rtt_seconds_sum{direction=\"outbound\"} 0.05\n"));
  EXPECT_THAT(page, HasSubstr("rtcp_rtt_seconds_count{direction=\"inbound\"} 0\n"));
}

TEST(KernelMetrics, HasNoCodecOfStreamsInProbation) {
  const std::string page = page_of([](sipsonde_counters& counters) {
    for (auto& flow : counters.rtp_packets)
      for (auto& codec : flow) codec = 1;
  });
  EXPECT_EQ(series_of(page, "rtp_packets_total"), 2 * (SIPSONDE_CODEC_COUNT - 1));
  EXPECT_THAT(page, Not(HasSubstr("codec=\"none\"")));
}

TEST(KernelMetrics, HasNoResponseTimeForAck) {
  const std::string page = page_of([](sipsonde_counters& counters) {
    for (auto& direction : counters.response_time)
      for (auto& method : direction)
        for (auto& stage : method) stage.bucket[0] = 1;
  });
  EXPECT_EQ(series_of(page, "sip_response_time_seconds_count"), 2 * 14 * 2);
  EXPECT_THAT(page, Not(HasSubstr("seconds_count{direction=\"inbound\",method=\"ACK\"")));
}

TEST(AgentMalformed, IsTheOtherStageOfTheKernelsFamily) {
  AgentMalformed malformed;
  malformed.count(SIPSONDE_MALFORMED_from_missing);
  malformed.count(SIPSONDE_MALFORMED_from_missing);
  malformed.count(SIPSONDE_MALFORMED_via_missing);
  malformed.count(SIPSONDE_MALFORMED_COUNT);
  auto families = KernelMetrics([](sipsonde_counters&) {}, 1).Collect();
  const auto agents = malformed.Collect();
  families.insert(families.end(), agents.begin(), agents.end());
  const std::string page = render(merge(std::move(families)), Format::text);
  EXPECT_EQ(series_of(page, "sip_malformed_total"), 13 + 6 + 1);
  EXPECT_THAT(page, HasSubstr("sip_malformed_total{reason=\"from-missing\",stage=\"agent\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("sip_malformed_total{reason=\"to-missing\",stage=\"agent\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("sip_malformed_total{reason=\"via-missing\",stage=\"agent\"} 1\n"
                              "sip_malformed_total{reason=\"via-missing\",stage=\"kernel\"} 0\n"));
}

}  // namespace
}  // namespace sipsonde
