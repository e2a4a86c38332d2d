// SPDX-License-Identifier: Apache-2.0
#include "metrics/negotiation.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

constexpr const char* kText = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kOpenMetrics =
    "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";
constexpr const char* kOpenMetricsUtf8 =
    "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8";

struct AcceptCase {
  const char* name;
  std::string_view accept;
  const char* content_type;
};

constexpr AcceptCase kAccepts[] = {
    {"Nothing", "", kText},
    {"Anything", "*/*", kText},
    {"AnyText", "text/*", kText},
    {"Browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", kText},
    {"Curl", "*/*", kText},
    {"Text", "text/plain;version=0.0.4", kText},
    {"TextOfNoVersion", "text/plain", kText},
    {"Prometheus3",
     "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
     "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
     "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
     kOpenMetricsUtf8},
    {"Prometheus3WithProtobufFirst",
     "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
     "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.2",
     kOpenMetricsUtf8},
    {"Prometheus2",
     "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
     "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
     kOpenMetrics},
    {"OldOpenMetricsOnly", "application/openmetrics-text; version=0.0.1",
     "application/openmetrics-text; version=0.0.1; charset=utf-8"},
    {"OpenMetricsOfNoVersion", "application/openmetrics-text", kOpenMetrics},
    {"OpenMetricsOfAFutureVersion", "application/openmetrics-text;version=2.0.0", kText},
    {"TextOneNamesItsEscaping", "text/plain;version=1.0.0;escaping=allow-utf-8",
     "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8"},
    {"DotsWouldChangeOurNames", "application/openmetrics-text;version=1.0.0;escaping=dots", kOpenMetrics},
    {"HigherQualityWins", "application/openmetrics-text;version=1.0.0;q=0.3, text/plain;version=0.0.4;q=0.7",
     kText},
    {"OfEqualsTheFirst", "text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.5",
     kText},
    {"ZeroIsARefusal", "application/openmetrics-text;q=0,text/plain;q=0.1", kText},
    {"ThousandthsCount", "text/plain;q=0.998,application/openmetrics-text;q=0.999", kOpenMetrics},
    {"CaseDoesNotMatter", "Application/OpenMetrics-Text; Version=1.0.0; Q=1.0", kOpenMetrics},
    {"QuotedVersion", "application/openmetrics-text; version=\"1.0.0\"", kOpenMetrics},
    {"SpacesEverywhere", "  application/openmetrics-text ;\tversion = 1.0.0 ; q = 0.5 ", kOpenMetrics},
    {"OnlyTheUnsupported", "application/json", kText},
    {"QualityAboveOneIsNone", "application/openmetrics-text;q=1.5,text/plain;q=0.1", kText},
    {"QualityThatIsNoNumber", "application/openmetrics-text;q=x,text/plain;q=0.1", kText},
    {"Rubbish", ";;,=,;q=,\"", kText},
};

class Accept : public testing::TestWithParam<AcceptCase> {};

TEST_P(Accept, GetsWhatItLikesBest) {
  const Offer offer = negotiate(GetParam().accept);
  EXPECT_EQ(offer.content_type, GetParam().content_type);
  EXPECT_EQ(offer.format == Format::openmetrics,
            offer.content_type.starts_with("application/openmetrics-text"));
}

INSTANTIATE_TEST_SUITE_P(Headers, Accept, testing::ValuesIn(kAccepts),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace sipsonde
