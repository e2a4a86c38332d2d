// SPDX-License-Identifier: Apache-2.0
#include "calls/trace_headers.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde::test {
namespace {

const std::string kFirst = "00-11111111111111111111111111111111-1111111111111111-01";
const std::string kSecond = "00-22222222222222222222222222222222-2222222222222222-01";
const std::string kThird = "00-33333333333333333333333333333333-3333333333333333-01";

struct TraceCase {
  const char* name;
  std::string headers;
  std::string parent;
  std::string state;
};

std::string invite_with(const std::string& headers) {
  return "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa, SIP/2.0/UDP x\r\n"
         "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKb\r\nFrom: <sip:alice@example.com>;tag=1\r\n"
         "To: <sip:bob@example.com>\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n" +
         headers + "Content-Length: 0\r\n\r\n";
}

class TraceOf : public testing::TestWithParam<TraceCase> {};

TEST_P(TraceOf, IsTheFirstThatIsValid) {
  const std::string text = invite_with(GetParam().headers);
  SipMessage sip;
  ASSERT_EQ(decode_sip(text, false, sip), SIPSONDE_MALFORMED_none);
  const TraceHeaders trace = trace_of(sip);
  EXPECT_EQ(trace.parent, GetParam().parent);
  EXPECT_EQ(trace.state, GetParam().state);
}

INSTANTIATE_TEST_SUITE_P(
    TraceHeaders, TraceOf,
    testing::Values(TraceCase{"None", "Subject: x\r\n", "", ""},
                    TraceCase{"OwnHeader", "X-OTel-traceparent: " + kFirst + "\r\n", kFirst, ""},
                    TraceCase{"Plain", "traceparent: " + kSecond + "\r\ntracestate: a=1\r\n", kSecond, "a=1"},
                    TraceCase{"WithX", "X-Traceparent: " + kThird + "\r\nX-Tracestate: b=2\r\n", kThird,
                              "b=2"},
                    TraceCase{"AnyCase", "x-otel-TRACEPARENT:" + kFirst + "\r\n", kFirst, ""},
                    TraceCase{"InTheirOrder",
                              "X-Traceparent: " + kThird + "\r\ntraceparent: " + kSecond +
                                  "\r\nX-OTel-Traceparent: " + kFirst + "\r\n",
                              kFirst, ""},
                    TraceCase{"BrokenIsPassedOver",
                              "X-OTel-traceparent: 00-zz\r\ntraceparent: "
                              "00-00000000000000000000000000000000-2222222222222222-01"
                              "\r\nX-Traceparent: " +
                                  kThird + "\r\n",
                              kThird, ""},
                    TraceCase{"StateOfAnotherParent", "traceparent: " + kSecond + "\r\nX-Tracestate: b=2\r\n",
                              kSecond, ""},
                    TraceCase{"StateThatIsNotPlain",
                              "traceparent: " + kSecond + "\r\ntracestate: nonsense\r\n", kSecond, ""},
                    TraceCase{"LaterVersionAsFarAsKnown", "traceparent: cc" + kSecond.substr(2) + "-more\r\n",
                              "cc" + kSecond.substr(2), ""}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(TraceHeaders, TheTopmostViaIsAsWritten) {
  const std::string text = invite_with("");
  SipMessage sip;
  ASSERT_EQ(decode_sip(text, false, sip), SIPSONDE_MALFORMED_none);
  EXPECT_EQ(top_via_of(sip), "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa");
}

}  // namespace
}  // namespace sipsonde::test
