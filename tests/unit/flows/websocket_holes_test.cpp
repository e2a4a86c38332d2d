// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flows/websocket_frames.h"
#include "support/websocket_bytes.h"

namespace sipsonde {
namespace {

using State = WebSocketFrames::State;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr unsigned kCompressed = kFrameFin | kFrameRsv1 | kTextFrame;
const std::string kBye = websocket_frame(kFrameFin | kTextFrame, "BYE sip:bob@example.com SIP/2.0\r\n\r\n");
const std::string kByeText = "BYE sip:bob@example.com SIP/2.0\r\n\r\n";

struct Holed {
  explicit Holed(const WebSocketUpgrade& accepted = {}, bool from_client = false)
      : frames(accepted, from_client, [this](std::string_view message) { messages.emplace_back(message); }) {}

  std::vector<std::string> messages;
  WebSocketFrames frames;
};

TEST(WebSocketHoles, AHoleWithinAFrameCostsItsMessageAndNoOther) {
  const std::string invite = websocket_frame(kFrameFin | kTextFrame, std::string(3000, 'I'));
  Holed flow;
  flow.frames.feed(invite.substr(0, 500));
  EXPECT_EQ(flow.frames.resynchronise(1460), State::open);
  flow.frames.feed(invite.substr(500 + 1460) + kBye);
  EXPECT_THAT(flow.messages, ElementsAre(kByeText));
  EXPECT_EQ(flow.frames.passed_over(), 1u);
}

TEST(WebSocketHoles, AHoleUpToTheEndOfAFrameIsWithinIt) {
  const std::string invite = websocket_frame(kFrameFin | kTextFrame, std::string(3000, 'I'));
  Holed flow;
  flow.frames.feed(invite.substr(0, 500));
  flow.frames.resynchronise(invite.size() - 500);
  flow.frames.feed(kBye.substr(0, 1));  // it need not be found: it is known where it begins
  flow.frames.feed(kBye.substr(1));
  EXPECT_THAT(flow.messages, ElementsAre(kByeText));
}

TEST(WebSocketHoles, AHoleInAFragmentCostsTheWholeMessage) {
  Holed flow;
  const std::string middle = websocket_frame(kContinuationFrame, std::string(3000, 'I'));
  flow.frames.feed(websocket_frame(kTextFrame, "INVITE") + middle.substr(0, 10));
  flow.frames.resynchronise(100);
  flow.frames.feed(middle.substr(110) + websocket_frame(kFrameFin | kContinuationFrame, "end") + kBye);
  EXPECT_THAT(flow.messages, ElementsAre(kByeText));
}

TEST(WebSocketHoles, AHoleInAPingCostsNothing) {
  Holed flow;
  flow.frames.feed(websocket_frame(kTextFrame, "IN") +
                   websocket_frame(kFrameFin | kPingFrame, "0123456789").substr(0, 4));
  flow.frames.resynchronise(8);
  flow.frames.feed(websocket_frame(kFrameFin | kContinuationFrame, "VITE"));
  EXPECT_THAT(flow.messages, ElementsAre("INVITE"));
  EXPECT_EQ(flow.frames.passed_over(), 0u);
}

TEST(WebSocketHoles, BeyondAFrameTheNextFeedOfWholeFramesIsWaitedFor) {
  const std::string invite = websocket_frame(kFrameFin | kTextFrame, std::string(3000, 'I'));
  for (const std::uint64_t missing : {std::uint64_t{3000}, WebSocketFrames::kUnknown}) {
    Holed flow;
    flow.frames.feed(invite.substr(0, 500));
    EXPECT_EQ(flow.frames.resynchronise(missing), State::open);
    flow.frames.feed("the middle of something");
    flow.frames.feed(kBye.substr(1));
    flow.frames.feed(kBye.substr(0, 10));  // may be one; its end is not the segment's
    flow.frames.feed(websocket_frame(kFrameFin | kContinuationFrame, "the end of something"));
    EXPECT_THAT(flow.messages, IsEmpty());
    flow.frames.feed(websocket_frame(kFrameFin | kPingFrame, "12") + kBye + kBye);
    flow.frames.feed(kBye.substr(0, 10));
    flow.frames.feed(kBye.substr(10));
    EXPECT_THAT(flow.messages, ElementsAre(kByeText, kByeText, kByeText)) << missing;
    EXPECT_EQ(flow.frames.passed_over(), 1u);
  }
}

TEST(WebSocketHoles, AFirstFragmentMayBeFoundToo) {
  Holed flow;
  flow.frames.resynchronise();
  flow.frames.feed(websocket_frame(kTextFrame, "INV") + websocket_frame(kContinuationFrame, "IT"));
  flow.frames.feed(websocket_frame(kFrameFin | kContinuationFrame, "E"));
  EXPECT_THAT(flow.messages, ElementsAre("INVITE"));
}

TEST(WebSocketHoles, MaskedFramesAreFoundByWhatIsUnderTheMask) {
  Holed flow({}, true);
  flow.frames.resynchronise();
  flow.frames.feed(websocket_frame(kFrameFin | kTextFrame, "\x01\x02\x03", "mask"));  // no SIP
  flow.frames.feed(kBye);                                                             // no mask
  EXPECT_THAT(flow.messages, IsEmpty());
  flow.frames.feed(websocket_frame(kFrameFin | kTextFrame, "BYE", "mask"));
  EXPECT_THAT(flow.messages, ElementsAre("BYE"));
}

TEST(WebSocketHoles, ALengthInALongFormIsNotTakenForAFrame) {
  Holed flow;
  flow.frames.resynchronise();
  flow.frames.feed(std::string("\x81\x7e\x00\x03", 4) + "BYE");
  EXPECT_THAT(flow.messages, IsEmpty());
}

TEST(WebSocketHoles, WithContextTakeoverAHoleInACompressedMessageEndsTheFlow) {
  WebSocketDeflater deflater;
  const std::string invite = websocket_frame(kCompressed, deflater.payload("INVITE sip:bob@example.com"));
  Holed within({.deflate = true}), beyond({.deflate = true});
  within.frames.feed(invite.substr(0, 5));
  EXPECT_EQ(within.frames.resynchronise(2), State::broken);
  beyond.frames.feed(invite);
  EXPECT_EQ(beyond.frames.resynchronise(2), State::broken);
  EXPECT_EQ(beyond.frames.memory(), sizeof(WebSocketFrames));
}

TEST(WebSocketHoles, WithContextTakeoverAHoleInAPlainMessageDoesNot) {
  WebSocketDeflater deflater;
  const std::string invite = websocket_frame(kFrameFin | kTextFrame, "INVITE");
  Holed flow({.deflate = true});
  flow.frames.feed(invite.substr(0, 4));
  EXPECT_EQ(flow.frames.resynchronise(2), State::open);
  flow.frames.feed(invite.substr(6) + websocket_frame(kCompressed, deflater.payload("BYE")));
  EXPECT_THAT(flow.messages, ElementsAre("BYE"));
}

TEST(WebSocketHoles, WithoutContextTakeoverTheNextCompressedMessageIsRead) {
  const std::string bye = websocket_frame(kCompressed, WebSocketDeflater().payload("BYE"));
  Holed flow({.deflate = true, .server_no_context_takeover = true});
  flow.frames.feed(bye.substr(0, 4));
  EXPECT_EQ(flow.frames.resynchronise(2), State::open);
  flow.frames.feed(bye.substr(6) + bye);
  EXPECT_THAT(flow.messages, ElementsAre("BYE"));
  flow.frames.resynchronise();
  flow.frames.feed(bye.substr(2));
  EXPECT_THAT(flow.messages, ElementsAre("BYE"));
  flow.frames.feed(bye + bye.substr(0, 4));
  EXPECT_THAT(flow.messages, ElementsAre("BYE"));
  flow.frames.feed(bye);
  flow.frames.feed(bye.substr(0, 4));
  flow.frames.resynchronise();
  flow.frames.feed(bye);
  EXPECT_THAT(flow.messages, ElementsAre("BYE", "BYE", "BYE"));
}

TEST(WebSocketHoles, NothingMissingIsNoHole) {
  Holed flow({.deflate = true});
  flow.frames.feed(kBye.substr(0, 5));
  EXPECT_EQ(flow.frames.resynchronise(0), State::open);
  flow.frames.feed(kBye.substr(5));
  EXPECT_THAT(flow.messages, ElementsAre(kByeText));
}

}  // namespace
}  // namespace sipsonde
