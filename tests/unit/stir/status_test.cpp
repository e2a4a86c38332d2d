// SPDX-License-Identifier: Apache-2.0
#include "stir/status.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/decode/message_text.h"

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string_view status_line;
  std::string_view reason;  // header line, or empty
  std::optional<StirStatus> status;
  unsigned cause;
};

class StirOfResponse : public testing::TestWithParam<Case> {};

TEST_P(StirOfResponse, IsWhatTheCodeAndTheReasonSay) {
  MessageText message = MessageText::response().replace("SIP/2.0", GetParam().status_line);
  if (!GetParam().reason.empty()) message.add(GetParam().reason);
  const std::string text = message.text();
  SipMessage sip;
  ASSERT_EQ(decode_sip(text, false, sip), SIPSONDE_MALFORMED_none);
  const auto said = stir_response_of(sip);
  ASSERT_EQ(said.has_value(), GetParam().status.has_value());
  if (!said) return;
  EXPECT_EQ(said->status, *GetParam().status);
  EXPECT_EQ(said->cause, GetParam().cause);
}

constexpr auto kFailed = StirStatus::failed;
constexpr auto kSoft = StirStatus::soft_fail;

const Case kCases[] = {
    {"UseIdentity", "SIP/2.0 428 Use Identity Header", "", kFailed, 428},
    {"BadIdentityInfo", "SIP/2.0 436 Bad Identity Info", "", kFailed, 436},
    {"UnsupportedCredential", "SIP/2.0 437 Unsupported Credential", "", kFailed, 437},
    {"InvalidIdentity", "SIP/2.0 438 Whatever", "", kFailed, 438},
    {"StaleDate", "SIP/2.0 403 Stale Date", "", kFailed, 403},
    {"StaleDateInSmallLetters", "SIP/2.0 403 stale date", "", kFailed, 403},
    {"Forbidden", "SIP/2.0 403 Forbidden", "", std::nullopt, 0},
    {"Busy", "SIP/2.0 486 Busy Here", "", std::nullopt, 0},
    {"RefusedWithAReason", "SIP/2.0 603 Decline", "Reason: STIR;cause=437;text=\"x\"", kFailed, 437},
    {"ReasonWhileRinging", "SIP/2.0 180 Ringing", "Reason: STIR;cause=436;text=\"Bad Identity Info\"", kSoft,
     436},
    {"ReasonInAProgress", "SIP/2.0 183 Session Progress", "Reason: stir ;cause=438;ppi=\"..s\"", kSoft, 438},
    {"ReasonInAnAnswer", "SIP/2.0 200 OK", "Reason: Q.850;cause=16, STIR;cause=403", kSoft, 403},
    {"ReasonWithoutCause", "SIP/2.0 200 OK", "Reason: STIR", kSoft, 0},
    {"NotInATrying", "SIP/2.0 100 Trying", "Reason: STIR;cause=436", std::nullopt, 0},
    {"OtherProtocol", "SIP/2.0 180 Ringing", "Reason: SIP;cause=436", std::nullopt, 0},
    {"Redirected", "SIP/2.0 302 Moved", "Reason: STIR;cause=436", std::nullopt, 0},
};
INSTANTIATE_TEST_SUITE_P(Responses, StirOfResponse, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(StirOfLeg, IsTakenOnce) {
  StirOfLeg leg;
  leg.invited(1, StirStatus::verified);
  EXPECT_EQ(leg.take_result(true), StirStatus::verified);
  EXPECT_EQ(leg.take_result(true), std::nullopt);
}

TEST(StirOfLeg, HasNoResultWithoutAVerdict) {
  StirOfLeg leg;
  leg.invited(1, StirStatus::signed_unchecked);
  EXPECT_EQ(leg.take_result(true), std::nullopt);
}

TEST(StirOfLeg, HasNoResultWithoutItsInvite) {
  StirOfLeg leg;
  EXPECT_FALSE(leg.has_invite());
  EXPECT_EQ(leg.take_result(false), std::nullopt);
}

TEST(StirOfLeg, HasFailedWhenItWasRefused) {
  StirOfLeg leg;
  leg.invited(1, StirStatus::verified);
  leg.responded(StirStatus::soft_fail);
  leg.responded(StirStatus::failed);
  EXPECT_EQ(leg.take_result(false), StirStatus::failed);
}

TEST(StirOfLeg, WasNotRefusedWhenItWasAnswered) {
  StirOfLeg leg;
  leg.invited(1, StirStatus::verified);
  leg.responded(StirStatus::failed);
  EXPECT_EQ(leg.take_result(true), StirStatus::verified);
}

TEST(StirOfLeg, IsSoftFailWhenTheCallWentOn) {
  StirOfLeg leg;
  leg.invited(1, StirStatus::signed_unchecked);
  leg.responded(StirStatus::soft_fail);
  EXPECT_EQ(leg.take_result(true), StirStatus::soft_fail);
}

TEST(StirOfLeg, IsThatOfTheLatestAttemptWhateverTheOrderOfSight) {
  StirOfLeg leg;
  leg.invited(5, StirStatus::verified);
  leg.invited(2, StirStatus::no_identity);
  EXPECT_EQ(leg.take_result(true), StirStatus::verified);
}

}  // namespace
}  // namespace sipsonde
