// SPDX-License-Identifier: Apache-2.0
#include "calls/hold.h"

#include <gtest/gtest.h>

#include <vector>

namespace sipsonde {
namespace {

TEST(MediaFlowOf, ReadsTheFirstMediaInUse) {
  const struct {
    std::string_view body;
    MediaFlow flow;
  } cases[] = {
      {"", MediaFlow::unknown},
      {"Signal=5\r\nDuration=160\r\n", MediaFlow::unknown},
      {"v=0\r\nm=audio 1 RTP/AVP 0\r\n", MediaFlow::sendrecv},
      {"v=0\r\nm=audio 1 RTP/AVP 0\r\na=sendonly\r\n", MediaFlow::sendonly},
      {"v=0\nm=audio 1 RTP/AVP 0\na=inactive", MediaFlow::inactive},
      {"v=0\r\na=recvonly\r\nm=audio 1 RTP/AVP 0\r\n", MediaFlow::recvonly},
      {"v=0\r\na=sendonly\r\nm=audio 1 RTP/AVP 0\r\na=sendrecv\r\n", MediaFlow::sendrecv},
      {"v=0\r\nm=audio 1 RTP/AVP 0\r\nm=video 2 RTP/AVP 96\r\na=inactive\r\n", MediaFlow::sendrecv},
      {"v=0\r\nm=audio 1 RTP/AVP 0\r\na=sendonlyish\r\n", MediaFlow::sendrecv},
      // Refused media say nothing; where all are refused the last one speaks.
      {"v=0\r\nm=audio 0 RTP/AVP 0\r\na=inactive\r\nm=image 4000 udptl t38\r\n", MediaFlow::sendrecv},
      {"v=0\r\nm=audio 0/2 RTP/AVP 0\r\na=inactive\r\nm=video 2 RTP/AVP 96\r\na=sendonly\r\n",
       MediaFlow::sendonly},
      {"v=0\r\nm=audio 0 RTP/AVP 0\r\na=inactive\r\n", MediaFlow::inactive},
      // The older way to hold.
      {"v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n", MediaFlow::sendonly},
      {"v=0\r\nc=IN IP6 ::\r\nm=audio 4000 RTP/AVP 0\r\na=sendrecv\r\n", MediaFlow::sendonly},
      {"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n", MediaFlow::sendonly},
      {"v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\n", MediaFlow::sendrecv},
      {"v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\na=inactive\r\n", MediaFlow::inactive},
      {"v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", MediaFlow::sendrecv},
      // Broken ones.
      {"v=0", MediaFlow::sendrecv},
      {"v=0\r\nm=\r\n", MediaFlow::sendrecv},
      {"v=0\r\nm=audio\r\nc=\r\n", MediaFlow::sendrecv},
  };
  for (const auto& test : cases) EXPECT_EQ(media_flow_of(test.body), test.flow) << test.body;
}

TEST(MediaFlowOf, ReadsTheDescriptionAmongOtherParts) {
  SipMessage sip;
  sip.content_type = "multipart/mixed;boundary=b";
  sip.body =
      "--b\r\nContent-Type: application/isup\r\n\r\nx\r\n--b\r\nContent-Type: application/sdp\r\n\r\n"
      "v=0\r\nm=audio 4000 RTP/AVP 0\r\na=inactive\r\n--b--\r\n";
  EXPECT_EQ(media_flow_of(sip), MediaFlow::inactive);
  sip.body = "--b--\r\n";
  EXPECT_EQ(media_flow_of(sip), MediaFlow::unknown);
}

struct Step {
  bool offer;
  bool by_caller;
  MediaFlow flow;
  HoldChange change;
};
constexpr bool kOffer = true, kAnswer = false, kCaller = true, kCallee = false;
using enum MediaFlow;
constexpr HoldChange kNothing = HoldChange::none, kHold = HoldChange::hold, kResume = HoldChange::resume;

struct HoldCase {
  const char* name;
  std::vector<Step> steps;
};

TEST(Holds, AreWhatWasOfferedAndNotItsEcho) {
  const HoldCase cases[] = {
      {"held and resumed",
       {{kOffer, kCaller, sendonly, kHold},
        {kAnswer, kCallee, recvonly, kNothing},
        {kOffer, kCaller, sendonly, kNothing},
        {kAnswer, kCallee, recvonly, kNothing},
        {kOffer, kCaller, sendrecv, kResume},
        {kAnswer, kCallee, sendrecv, kNothing}}},
      {"the held side refreshes the session",
       {{kOffer, kCaller, sendonly, kHold},
        {kAnswer, kCallee, recvonly, kNothing},
        {kOffer, kCallee, recvonly, kNothing},
        {kAnswer, kCaller, sendonly, kNothing},
        {kOffer, kCaller, sendrecv, kResume}}},
      {"held by inactive, and refreshed by the other",
       {{kOffer, kCaller, inactive, kHold},
        {kAnswer, kCallee, inactive, kNothing},
        {kOffer, kCallee, inactive, kNothing},
        {kAnswer, kCaller, inactive, kNothing},
        {kOffer, kCaller, sendrecv, kResume}}},
      {"both hold, and the first resumes first",
       {{kOffer, kCaller, sendonly, kHold},
        {kAnswer, kCallee, recvonly, kNothing},
        {kOffer, kCallee, inactive, kHold},
        {kAnswer, kCaller, inactive, kNothing},
        {kOffer, kCaller, recvonly, kResume},
        {kAnswer, kCallee, sendonly, kNothing},
        {kOffer, kCallee, sendrecv, kResume}}},
      {"both hold, and the second resumes first",
       {{kOffer, kCaller, sendonly, kHold},
        {kAnswer, kCallee, recvonly, kNothing},
        {kOffer, kCallee, inactive, kHold},
        {kAnswer, kCaller, inactive, kNothing},
        {kOffer, kCallee, recvonly, kResume},
        {kAnswer, kCaller, sendonly, kNothing},
        {kOffer, kCaller, sendrecv, kResume},
        {kAnswer, kCallee, sendrecv, kNothing}}},
      {"a resume that meets the other's hold",
       {{kOffer, kCaller, sendonly, kHold},
        {kOffer, kCallee, sendonly, kHold},
        {kOffer, kCaller, sendrecv, kResume},
        {kAnswer, kCallee, sendonly, kNothing},
        {kOffer, kCallee, sendrecv, kResume}}},
      {"an answer that holds",
       {{kOffer, kCaller, sendrecv, kNothing},
        {kAnswer, kCallee, inactive, kHold},
        {kOffer, kCaller, sendrecv, kNothing},
        {kAnswer, kCallee, sendrecv, kResume}}},
      {"nothing is said", {{kOffer, kCaller, unknown, kNothing}, {kAnswer, kCallee, unknown, kNothing}}},
  };
  for (const HoldCase& test : cases) {
    Holds holds;
    for (std::size_t i = 0; i < test.steps.size(); ++i) {
      const Step& step = test.steps[i];
      const HoldChange change =
          step.offer ? holds.offered(step.by_caller, step.flow) : holds.answered(step.by_caller, step.flow);
      EXPECT_EQ(change, step.change) << test.name << ", step " << i;
    }
  }
}

TEST(Holds, WhatADialogBeginsWithIsNone) {
  Holds holds;
  EXPECT_EQ(holds.offered(kCaller, inactive, true), kNothing);
  EXPECT_EQ(holds.answered(kCallee, inactive, true), kNothing);
  EXPECT_EQ(holds.offered(kCaller, sendrecv), kNothing);
  EXPECT_EQ(holds.answered(kCallee, sendrecv), kNothing);
  EXPECT_EQ(holds.offered(kCaller, sendonly), kHold);
  EXPECT_EQ(holds.offered(kCaller, sendrecv), kResume);
}

TEST(Holds, AnAnnouncementThatIsRefreshedIsNoHold) {
  Holds holds;
  holds.offered(kCaller, sendrecv, true);
  holds.answered(kCallee, sendonly, true);
  EXPECT_EQ(holds.offered(kCaller, sendrecv), kNothing);
  EXPECT_EQ(holds.answered(kCallee, sendonly), kNothing);
}

}  // namespace
}  // namespace sipsonde
