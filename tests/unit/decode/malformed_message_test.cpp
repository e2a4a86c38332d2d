// SPDX-License-Identifier: Apache-2.0
// What is broken, what is merely odd, and what the capture cut off: one line of a good message is changed.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "base/labels.h"
#include "decode/sip_message.h"
#include "message_text.h"
#include "parse/sip.h"

namespace sipsonde {
namespace {

using std::string_view_literals::operator""sv;

struct Case {
  const char* name;
  std::string bytes;
  std::string_view expected;  // label of sipsonde_malformed
};

std::string request(std::string_view name, std::string_view line) {
  return MessageText::request().replace(name, line).text();
}
std::string response(std::string_view name, std::string_view line) {
  return MessageText::response().replace(name, line).text();
}
std::string added(std::string_view line) {
  return MessageText::request().add(line).text();
}

std::string without_empty_line() {
  std::string bytes = MessageText::request().replace("Content-Length", "").body("").text();
  bytes.resize(bytes.size() - 2);
  return bytes;
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

class Message : public testing::TestWithParam<Case> {};

TEST_P(Message, IsJudgedWhole) {
  SipMessage message;
  EXPECT_EQ(label(decode_sip(GetParam().bytes, false, message)), GetParam().expected);
}

// The kernel's judgement from the same bytes (bpf/parse/sip.h, built for the host): what it finds broken the
// agent calls by the same name, and the agent finds nothing broken in the kernel's part that the kernel did
// not.
TEST_P(Message, IsJudgedAsTheKernelDoes) {
  const std::string& bytes = GetParam().bytes;
  const auto text = std::make_unique<struct text>();
  std::ranges::copy(bytes, text->bytes);
  sip_scan scan{};
  scan.length = static_cast<__u32>(bytes.size());
  // What the kernel does not take for SIP never gets here; what a bound hides from it is the agent's alone.
  if (!judge_sip(text.get(), &scan) || scan.deferred != SIPSONDE_DEFERRED_none) return;
  SipMessage message;
  const sipsonde_malformed judgement = decode_sip(bytes, false, message);
  const bool agent_only = judgement >= SIPSONDE_MALFORMED_from_missing;
  EXPECT_EQ(label(static_cast<sipsonde_malformed>(scan.malformed)), agent_only ? "none" : label(judgement));
}

const Case kStartLines[] = {
    {"RequestLineWithoutSpaces", request("INVITE", "INVITE"), "start-line"},
    {"RequestLineWithoutVersion", request("INVITE", "INVITE sip:bob@biloxi.example"), "start-line"},
    {"VersionWithoutNumber", request("INVITE", "INVITE sip:bob@biloxi.example SIP/"), "start-line"},
    {"BlankBehindTheVersion", request("INVITE", "INVITE sip:bob@biloxi.example SIP/2.0 "), "start-line"},
    {"MethodThatIsNoToken", request("INVITE", "INV(TE sip:bob@biloxi.example SIP/2.0"), "start-line"},
    {"NothingAtAll", "", "start-line"},
    {"LeadingEmptyLine", "\r\n" + MessageText::request().text(), "start-line"},
    {"NoUri", request("INVITE", "INVITE SIP/2.0"), "uri"},
    {"TwoSpacesAndNoUri", request("INVITE", "INVITE  SIP/2.0"), "uri"},
    {"TwoSpacesBeforeTheUri", request("INVITE", "INVITE  sip:bob@biloxi.example SIP/2.0"), "uri"},
    {"TwoSpacesBehindTheUri", request("INVITE", "INVITE sip:bob@biloxi.example  SIP/2.0"), "uri"},
    {"SpaceInsideTheUri", request("INVITE", "INVITE sip:bob@biloxi.example; lr SIP/2.0"), "uri"},
    {"StarForUri", request("INVITE", "INVITE * SIP/2.0"), "uri"},
    {"RequestOfVersion3", request("INVITE", "INVITE sip:bob@biloxi.example SIP/3.0"), "version"},
    {"RequestOfVersion20", request("INVITE", "INVITE sip:bob@biloxi.example SIP/2.00"), "version"},
    {"ResponseOfVersion1", response("SIP", "SIP/1.0 180 Ringing"), "version"},
    {"ResponseOfVersionAlone", response("SIP", "SIP/2.0"), "version"},
    {"StatusOfFourDigits", response("SIP", "SIP/2.0 1800 Ringing"), "status"},
    {"StatusOfTwoDigits", response("SIP", "SIP/2.0 18 Ringing"), "status"},
    {"StatusBelow100", response("SIP", "SIP/2.0 099 Early"), "status"},
    {"StatusAbove699", response("SIP", "SIP/2.0 700 Late"), "status"},
    {"StatusOfLetters", response("SIP", "SIP/2.0 abc Ringing"), "status"},
    {"TwoSpacesBeforeTheStatus", response("SIP", "SIP/2.0  180 Ringing"), "status"},
    {"NoStatus", response("SIP", "SIP/2.0 "), "status"},
    {"SmallestStatus", response("SIP", "SIP/2.0 100 Trying"), "none"},
    {"LargestStatus", response("SIP", "SIP/2.0 699 Strange"), "none"},
    {"EmptyReasonPhrase", response("SIP", "SIP/2.0 180 "), "none"},
    {"NoReasonPhrase", response("SIP", "SIP/2.0 180"), "none"},
    {"ReasonPhraseInUtf8", response("SIP", "SIP/2.0 180 \xd0\x97\xd0\xb2\xd0\xbe\xd0\xbd\xd0\xbe\xd0\xba"),
     "none"},
    {"VersionInLowerCase", request("INVITE", "INVITE sip:bob@biloxi.example sip/2.0"), "none"},
    {"UriInBrackets", request("INVITE", "INVITE <sip:bob@biloxi.example> SIP/2.0"), "none"},
    {"UriOfAnotherScheme", request("INVITE", "INVITE urn:service:sos SIP/2.0"), "none"},
    {"LowerCaseMethodIsAnotherMethod", request("INVITE", "invite sip:bob@biloxi.example SIP/2.0"),
     "cseq-method"},
    {"UnknownMethod",
     MessageText::request()
         .replace("INVITE", "!x-*~+ sip:b@biloxi.example SIP/2.0")
         .replace("CSeq", "CSeq: 7 !x-*~+")
         .text(),
     "none"},
};
INSTANTIATE_TEST_SUITE_P(StartLine, Message, testing::ValuesIn(kStartLines), name_of);

const Case kTransactions[] = {
    {"NoVia", request("Via", ""), "via-missing"},
    {"EmptyVia", request("Via", "Via:   "), "via-missing"},
    {"ViaWithoutSentBy", request("Via", "Via: SIP/2.0/UDP"), "via-broken"},
    {"ViaWithParametersOnly", request("Via", "Via: SIP/2.0/UDP ;branch=z9hG4bKa1"), "via-broken"},
    {"ViaWithoutTransport", request("Via", "Via: SIP/2.0/ 192.0.2.1"), "via-broken"},
    {"ViaOfOneWord", request("Via", "Via: 192.0.2.1"), "via-broken"},
    {"ViaBeginningWithAComma", request("Via", "Via: , SIP/2.0/UDP 192.0.2.1"), "via-broken"},
    {"ViaWithAnOpenQuote", request("Via", "Via: SIP/2.0/UDP 192.0.2.1;x=\"y;branch=z9hG4bKa1"), "via-broken"},
    {"ViaWithoutBranch", request("Via", "Via: SIP/2.0/UDP 192.0.2.1"), "none"},
    {"ViaOfUnknownTransport", request("Via", "Via: SIP/2.0/CARRIER-PIGEON loft.example"), "none"},
    {"ViaOfIpv6", request("Via", "Via: SIP/2.0/UDP [2001:db8::9:1]:5060;branch=z9hG4bKa1"), "none"},
    {"LowerViaIsNotJudged", added("Via: what is this"), "none"},
    {"NoCseq", request("CSeq", ""), "cseq-missing"},
    {"EmptyCseq", request("CSeq", "CSeq:"), "cseq-missing"},
    {"CseqWithoutNumber", request("CSeq", "CSeq: INVITE"), "cseq-number"},
    {"NegativeCseq", request("CSeq", "CSeq: -1 INVITE"), "cseq-number"},
    {"CseqOf2To31", request("CSeq", "CSeq: 2147483648 INVITE"), "cseq-number"},
    {"CseqBeyond64Bits", request("CSeq", "CSeq: 36893488147419103239 INVITE"), "cseq-number"},
    {"CseqWithGluedMethod", request("CSeq", "CSeq: 7INVITE"), "cseq-number"},
    {"LargestCseq", request("CSeq", "CSeq: 2147483647 INVITE"), "none"},
    {"CseqWithLeadingZeros", request("CSeq", "CSeq: 0000007 INVITE"), "none"},
    {"CseqOfZero", request("CSeq", "CSeq: 0 INVITE"), "none"},
    {"CseqWithoutMethod", request("CSeq", "CSeq: 7"), "cseq-method"},
    {"CseqOfAnotherMethod", request("CSeq", "CSeq: 7 OPTIONS"), "cseq-method"},
    {"CseqOfALongerMethod", request("CSeq", "CSeq: 7 INVITER"), "cseq-method"},
    {"ResponseCseqWithoutMethod", response("CSeq", "CSeq: 7 "), "cseq-method"},
    {"ResponseCseqOfUnknownMethod", response("CSeq", "CSeq: 7 NEWMETHOD"), "none"},
    {"TwoCseqs", added("CSeq: 7 INVITE"), "cseq-repeated"},
    {"NoCallId", request("Call-ID", ""), "call-id-missing"},
    {"EmptyCallId", request("Call-ID", "Call-ID:\r\n "), "call-id-missing"},
    {"TwoCallIds", added("i: c1@192.0.2.1"), "call-id-repeated"},
    {"CallIdWithoutColonIsNone", request("Call-ID", "Call-ID c1@192.0.2.1"), "call-id-missing"},
};
INSTANTIATE_TEST_SUITE_P(Transaction, Message, testing::ValuesIn(kTransactions), name_of);

const Case kRest[] = {
    {"NoFrom", request("From", ""), "from-missing"},
    {"EmptyFrom", request("From", "From: "), "from-missing"},
    {"FromWithoutUri", request("From", "From: \"Alice\" <>;tag=f1"), "from-missing"},
    {"FromWithAnOpenBracket", request("From", "From: <sip:alice@atlanta.example;tag=f1"), "from-missing"},
    {"FromOfParametersOnly", request("From", "From: ;tag=f1"), "from-missing"},
    {"NoTo", request("To", ""), "to-missing"},
    {"EmptyTo", request("To", "t:"), "to-missing"},
    {"ToWithAnOpenQuote", request("To", "To: \"Bob <sip:bob@biloxi.example>"), "to-missing"},
    {"FromWithoutTag", request("From", "From: <sip:alice@atlanta.example>"), "none"},
    {"DisplayNameWithAComma", request("From", "From: Bell, Alexander <sip:alice@atlanta.example>;tag=f1"),
     "none"},
    {"NegativeContentLength", request("Content-Length", "Content-Length: -4"), "content-length"},
    {"ContentLengthOfLetters", request("Content-Length", "Content-Length: four"), "content-length"},
    {"EmptyContentLength", request("Content-Length", "l: "), "content-length"},
    {"ContentLengthBeyondTheDatagram", request("Content-Length", "Content-Length: 5"), "content-length"},
    {"ContentLengthBeyond64Bits", request("Content-Length", "Content-Length: 36893488147419103236"),
     "content-length"},
    {"TwoContentLengthsThatDiffer", added("l: 3"), "content-length"},
    {"TwoContentLengthsThatAgree", added("l: 4"), "none"},
    {"ContentLengthShorterThanTheDatagram", request("Content-Length", "Content-Length: 3"), "none"},
    {"NoMaxForwards", request("Max-Forwards", ""), "none"},
    {"GarbageLine", added("this line has no colon"), "none"},
    {"EmptyHeaderName", added(": value"), "none"},
    {"HeaderOfTheResponse", added("Unsupported: 100rel"), "none"},
    {"NulInAHeader", added("Subject: a\0b"sv), "nul-in-header"},
    {"NulInTheUri", request("INVITE", "INVITE sip:bo\0b@biloxi.example SIP/2.0"sv), "nul-in-header"},
    {"NulInTheBody", MessageText::request().body("b\0dy"sv).text(), "none"},
    {"NoEmptyLine", without_empty_line(), "no-empty-line"},
    {"NoEmptyLineAndNoLineEnd", without_empty_line() + "Subject: x", "no-empty-line"},
};
INSTANTIATE_TEST_SUITE_P(Rest, Message, testing::ValuesIn(kRest), name_of);

// ---- a capture that cuts ----

class CutMessage : public testing::TestWithParam<Case> {};

TEST_P(CutMessage, IsJudgedByWhatCanBeRead) {
  SipMessage message;
  EXPECT_EQ(label(decode_sip(GetParam().bytes, true, message)), GetParam().expected);
}

std::string cut_before(std::string_view mark) {
  const std::string whole = MessageText::request().text();
  return whole.substr(0, whole.find(mark));
}

const Case kCuts[] = {
    {"InsideTheStartLine", cut_before("biloxi"), "truncated"},
    {"BehindTheStartLine", cut_before("Via"), "truncated"},
    {"BeforeTheCallId", cut_before("Call-ID"), "truncated"},
    {"InsideTheCallId", cut_before("@192.0.2.1"), "truncated"},
    {"InsideTheCseq", cut_before(" INVITE\r\n"), "truncated"},
    {"BehindTheLastMandatoryHeader", cut_before("Content-Length"), "none"},
    {"InsideTheContentLength", cut_before("4\r\n\r\nbody"), "none"},
    {"BeforeTheEmptyLine", cut_before("\r\nbody"), "none"},
    {"InsideTheBody", cut_before("dy"), "none"},
    {"BrokenAllTheSame", request("Call-ID", "Call-ID:"), "call-id-missing"},
    {"ContentLengthThatIsNoNumber", request("Content-Length", "Content-Length: x"), "content-length"},
    {"BrokenStartLine", request("INVITE", "INVITE sip:b SIP/4.0"), "version"},
};
INSTANTIATE_TEST_SUITE_P(Capture, CutMessage, testing::ValuesIn(kCuts), name_of);

TEST(CutMessage, HalfValueOfTheLastLineIsNotTaken) {
  const std::string bytes =
      MessageText::request().replace("Content-Length", "").add("User-Agent: long name").text();
  SipMessage message;
  EXPECT_EQ(decode_sip(std::string_view(bytes).substr(0, bytes.find(" name")), true, message),
            SIPSONDE_MALFORMED_none);
  EXPECT_EQ(message.user_agent, "");
}

TEST(CutMessage, BodyIsWhatIsThere) {
  const std::string bytes = MessageText::request().replace("Content-Length", "Content-Length: 900").text();
  SipMessage message;
  EXPECT_EQ(decode_sip(bytes, true, message), SIPSONDE_MALFORMED_none);
  EXPECT_EQ(message.body, "body");
}

TEST(BrokenMessage, InAStreamHasNoContentLength) {
  const std::string bytes = MessageText::request().replace("Content-Length", "").text();
  SipMessage message;
  EXPECT_EQ(decode_sip(bytes, false, message), SIPSONDE_MALFORMED_none);
  EXPECT_EQ(decode_sip(bytes, false, message, Framing::stream), SIPSONDE_MALFORMED_content_length);
  EXPECT_EQ(decode_sip(bytes, true, message, Framing::stream), SIPSONDE_MALFORMED_none) << "it may be cut off";
}

TEST(BrokenMessage, IsReadAsFarAsItGoes) {
  const std::string bytes = request("Via", "");
  SipMessage message;
  EXPECT_EQ(decode_sip(bytes, false, message), SIPSONDE_MALFORMED_via_missing);
  EXPECT_EQ(message.call_id, "c1@192.0.2.1");
  EXPECT_EQ(message.cseq, 7u);
  EXPECT_EQ(message.from.tag, "f1");
  EXPECT_EQ(message.body, "body");
}

}  // namespace
}  // namespace sipsonde
