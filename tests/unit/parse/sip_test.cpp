// SPDX-License-Identifier: Apache-2.0
// The kernel's judgement of a text, compiled for the host.
#include <gtest/gtest.h>

#include <string>

#include "support/frame_builder.h"
#include "support/host_judge.h"

namespace sipsonde::testing {
namespace {

HostJudgement judge(const std::string& text, bool truncated = false) {
  static HostJudge host(1);
  HostJudgement judgement;
  host.judge_text(text, truncated, judgement);
  return judgement;
}

const std::string kHeaders =
    "Via: SIP/2.0/UDP a:5060;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x@y\r\n";

std::string request(const std::string& start, const std::string& cseq = "1 INVITE") {
  return start + "\r\n" + kHeaders + "CSeq: " + cseq + "\r\n\r\n";
}

struct StartLineCase {
  const char* name;
  std::string text;
  bool is_sip;
  sipsonde_malformed malformed;
};

const StartLineCase kStartLines[] = {
    {"Request", request("INVITE sip:c@d SIP/2.0"), true, SIPSONDE_MALFORMED_none},
    {"VersionInLowerCase", request("INVITE sip:c@d sip/2.0"), true, SIPSONDE_MALFORMED_none},
    {"UnknownMethod", request("FETCH sip:c@d SIP/2.0", "1 FETCH"), true, SIPSONDE_MALFORMED_none},
    {"LowerCaseMethodIsAnotherMethod", request("invite sip:c@d SIP/2.0", "1 invite"), true,
     SIPSONDE_MALFORMED_none},
    {"Response", request("SIP/2.0 200 OK"), true, SIPSONDE_MALFORMED_none},
    {"ResponseWithoutReason", request("SIP/2.0 200"), true, SIPSONDE_MALFORMED_none},
    {"AnotherVersion", request("INVITE sip:c@d SIP/3.0"), true, SIPSONDE_MALFORMED_version},
    {"ResponseOfAnotherVersion", request("SIP/2.1 200 OK"), true, SIPSONDE_MALFORMED_version},
    {"TwoSpaces", request("INVITE  sip:c@d SIP/2.0"), true, SIPSONDE_MALFORMED_uri},
    {"NoUri", request("INVITE  SIP/2.0"), true, SIPSONDE_MALFORMED_uri},
    {"SpaceInTheUri", request("INVITE sip:c d SIP/2.0"), true, SIPSONDE_MALFORMED_uri},
    {"StatusOutOfRange", request("SIP/2.0 700 Odd"), true, SIPSONDE_MALFORMED_status},
    {"StatusOfFourDigits", request("SIP/2.0 2000 OK"), true, SIPSONDE_MALFORMED_status},
    {"KnownMethodWithoutVersion", request("INVITE sip:c@d"), true, SIPSONDE_MALFORMED_start_line},
    {"KnownMethodAndNoHeaders", "INVITE everybody to the party\r\nsee you there\r\n", false,
     SIPSONDE_MALFORMED_none},
    {"Ssdp", "NOTIFY * HTTP/1.1\r\nHost: a\r\n\r\n", false, SIPSONDE_MALFORMED_none},
    {"Rtsp", "OPTIONS rtsp://a RTSP/1.0\r\nCSeq: 1\r\n\r\n", false, SIPSONDE_MALFORMED_none},
    {"Prose", "the quick brown fox\r\njumps: over\r\n", false, SIPSONDE_MALFORMED_none},
    {"KeepaliveCrlf", "\r\n\r\n", false, SIPSONDE_MALFORMED_none},
};

class StartLine : public ::testing::TestWithParam<StartLineCase> {};

TEST_P(StartLine, IsJudged) {
  const HostJudgement judgement = judge(GetParam().text);
  EXPECT_EQ(judgement.is_sip, GetParam().is_sip);
  if (judgement.is_sip) {
    EXPECT_EQ(judgement.scan.malformed, GetParam().malformed);
    EXPECT_EQ(judgement.scan.deferred, SIPSONDE_DEFERRED_none);
  }
}

INSTANTIATE_TEST_SUITE_P(Texts, StartLine, ::testing::ValuesIn(kStartLines),
                         [](const auto& test) { return std::string(test.param.name); });

struct HeaderCase {
  const char* name;
  std::string headers;
  sipsonde_malformed malformed;
};

const HeaderCase kHeaderSections[] = {
    {"Compact",
     "v: SIP/2.0/UDP a;branch=z9hG4bK1\r\nf:<sip:a>;tag=1\r\nt:<sip:c>\r\ni:x\r\nCSeq:1 INVITE\r\n",
     SIPSONDE_MALFORMED_none},
    {"MixedCaseAndSpaced",
     "vIA : SIP/2.0/UDP a;branch=z9hG4bK1\r\nTO\t:<sip:c>\r\ncall-id  : x\r\nCSEQ : 1 INVITE\r\n",
     SIPSONDE_MALFORMED_none},
    {"Folded",
     "Via:\r\n SIP / 2.0 / UDP a: 5060\r\n\t;branch=z9hG4bK1\r\nTo:\r\n <sip:c>\r\nCall-ID:\r\n x\r\nCSeq: "
     "1\r\n INVITE\r\n",
     SIPSONDE_MALFORMED_none},
    {"ViaMissing", "To: <sip:c>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n", SIPSONDE_MALFORMED_via_missing},
    {"ViaEmpty", "Via: \r\nTo: <sip:c>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n", SIPSONDE_MALFORMED_via_missing},
    {"ViaWithoutSentBy", "Via: SIP/2.0/UDP\r\nTo: <sip:c>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n",
     SIPSONDE_MALFORMED_via_broken},
    {"CallIdMissing", "Via: SIP/2.0/UDP a\r\nTo: <sip:c>\r\nCSeq: 1 INVITE\r\n",
     SIPSONDE_MALFORMED_call_id_missing},
    {"CallIdTwice", "Via: SIP/2.0/UDP a\r\nTo: <sip:c>\r\nCall-ID: x\r\ni: y\r\nCSeq: 1 INVITE\r\n",
     SIPSONDE_MALFORMED_call_id_repeated},
    {"CseqMissing", "Via: SIP/2.0/UDP a\r\nTo: <sip:c>\r\nCall-ID: x\r\n", SIPSONDE_MALFORMED_cseq_missing},
    {"CseqTwice", "Via: SIP/2.0/UDP a\r\nTo: <sip:c>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nCSeq: 2 INVITE\r\n",
     SIPSONDE_MALFORMED_cseq_repeated},
    {"CseqNoNumber", "Via: SIP/2.0/UDP a\r\nTo: <sip:c>\r\nCall-ID: x\r\nCSeq: one INVITE\r\n",
     SIPSONDE_MALFORMED_cseq_number},
    {"CseqTooLarge", "Via: SIP/2.0/UDP a\r\nTo: <sip:c>\r\nCall-ID: x\r\nCSeq: 2147483648 INVITE\r\n",
     SIPSONDE_MALFORMED_cseq_number},
    {"CseqOfAnotherMethod", "Via: SIP/2.0/UDP a\r\nTo: <sip:c>\r\nCall-ID: x\r\nCSeq: 1 BYE\r\n",
     SIPSONDE_MALFORMED_cseq_method},
};

class Headers : public ::testing::TestWithParam<HeaderCase> {};

TEST_P(Headers, AreJudged) {
  const HostJudgement judgement = judge("INVITE sip:c@d SIP/2.0\r\n" + GetParam().headers + "\r\n");
  EXPECT_TRUE(judgement.is_sip);
  EXPECT_EQ(judgement.scan.malformed, GetParam().malformed);
  EXPECT_EQ(judgement.scan.deferred, SIPSONDE_DEFERRED_none);
}

INSTANTIATE_TEST_SUITE_P(Sections, Headers, ::testing::ValuesIn(kHeaderSections),
                         [](const auto& test) { return std::string(test.param.name); });

sip_scan scan_of(const std::string& via, const std::string& to) {
  return judge("INVITE sip:c@d SIP/2.0\r\nVia: " + via + "\r\nTo: " + to +
               "\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n")
      .scan;
}

TEST(TopVia, HasTheSameBranchHoweverItIsWritten) {
  const sip_scan plain = scan_of("SIP/2.0/UDP a:5060;branch=z9hG4bK1", "<sip:c>");
  for (const char* via :
       {"SIP/2.0/UDP a:5060;rport;branch=z9hG4bK1", "SIP/2.0/UDP a:5060 ; Branch = z9hG4bK1",
        "SIP/2.0/UDP a:5060;x=\";branch=z9hG4bK9\";branch=z9hG4bK1",
        "SIP/2.0/UDP a:5060;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2",
        "SIP / 2.0 / UDP a:5060;ttl=1\r\n ;branch=z9hG4bK1"}) {
    const sip_scan other = scan_of(via, "<sip:c>");
    EXPECT_EQ(other.branch_hash, plain.branch_hash) << via;
    EXPECT_EQ(other.sent_by_hash, plain.sent_by_hash) << via;
    EXPECT_TRUE(other.magic_cookie) << via;
  }
  EXPECT_NE(scan_of("SIP/2.0/UDP a:5060;branch=z9hG4bK2", "<sip:c>").branch_hash, plain.branch_hash);
  EXPECT_NE(scan_of("SIP/2.0/UDP b:5060;branch=z9hG4bK1", "<sip:c>").sent_by_hash, plain.sent_by_hash);
}

TEST(ToTag, StandsOutsideOfQuotesAndBrackets) {
  const std::string via = "SIP/2.0/UDP a;branch=z9hG4bK1";
  EXPECT_EQ(scan_of(via, "\"B;tag=q\" <sip:c;tag=u>").to_tag_hash, 0u);
  EXPECT_EQ(scan_of(via, "\"\\\";tag=q\" <sip:c>").to_tag_hash, 0u);
  const auto tagged = scan_of(via, "sip:c;tag=t").to_tag_hash;
  EXPECT_NE(tagged, 0u);
  EXPECT_EQ(scan_of(via, "<sip:c;tag=u> ; TAG = t").to_tag_hash, tagged);
  EXPECT_EQ(scan_of(via, "<sip:c>;tagged=1;tag=t").to_tag_hash, tagged);
}

TEST(Bounds, DeferAndNeverJudge) {
  const auto long_headers = judge(message({.extra = "X: " + std::string(20000, 'x') + "\r\n"}));
  EXPECT_EQ(long_headers.scan.malformed, SIPSONDE_MALFORMED_none);
  const auto hidden = judge("INVITE sip:c@d SIP/2.0\r\nX: " + std::string(20000, 'x') + "\r\n" + kHeaders +
                            "CSeq: 1 INVITE\r\n\r\n");
  EXPECT_EQ(hidden.scan.malformed, SIPSONDE_MALFORMED_none);
  EXPECT_EQ(hidden.scan.deferred, SIPSONDE_DEFERRED_header_length);
  const auto long_start = judge(request("INVITE sip:" + std::string(4000, 'c') + " SIP/2.0"));
  EXPECT_EQ(long_start.scan.deferred, SIPSONDE_DEFERRED_start_line_length);
  const auto blanks = scan_of(std::string(40, ' ') + "SIP/2.0/UDP a", "<sip:c>");
  EXPECT_EQ(blanks.malformed, SIPSONDE_MALFORMED_none);
  EXPECT_EQ(blanks.deferred, SIPSONDE_DEFERRED_value_length);
  EXPECT_EQ(scan_of("SIP/2.0/UDP a;x=" + std::string(2000, 'x'), "<sip:c>").deferred,
            SIPSONDE_DEFERRED_value_length);
}

TEST(Truncation, IsTheReasonForWhatIsMissingBehindTheCut) {
  const std::string cut = "INVITE sip:c@d SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n";
  EXPECT_EQ(judge(cut, true).scan.malformed, SIPSONDE_MALFORMED_truncated);
  EXPECT_EQ(judge(cut, false).scan.malformed, SIPSONDE_MALFORMED_call_id_missing);
}

}  // namespace
}  // namespace sipsonde::testing
