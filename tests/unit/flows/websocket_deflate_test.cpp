// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "flows/websocket_frames.h"
#include "support/websocket_bytes.h"

namespace sipsonde {
namespace {

using State = WebSocketFrames::State;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kMask = "mask";
constexpr unsigned kCompressed = kFrameFin | kFrameRsv1 | kTextFrame;
constexpr std::size_t kMostMemory = 128 << 10;  // a message, a window, and what zlib keeps of its own

struct Inflated {
  explicit Inflated(const WebSocketUpgrade& accepted = {.deflate = true}, bool from_client = false)
      : frames(accepted, from_client, [this](std::string_view message) { messages.emplace_back(message); }) {}

  std::vector<std::string> messages;
  WebSocketFrames frames;
};

std::string hex(std::string_view digits) {
  std::string bytes;
  while (digits.size() >= 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(0, 2)), nullptr, 16));
    digits.remove_prefix(digits.size() > 2 ? 3 : 2);
  }
  return bytes;
}

TEST(WebSocketDeflate, TheExamplesOfTheRfcAreRead) {  // RFC 7692 section 7.2.3
  const struct {
    const char* name;
    std::string bytes;
    std::vector<std::string> messages;
  } cases[] = {
      {"one block", hex("c1 07 f2 48 cd c9 c9 07 00"), {"Hello"}},
      {"in two frames", hex("41 03 f2 48 cd 80 04 c9 c9 07 00"), {"Hello"}},
      {"with the window of the one before",
       hex("c1 07 f2 48 cd c9 c9 07 00 c1 05 f2 00 11 00 00"),
       {"Hello", "Hello"}},
      {"a block without compression", hex("c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00"), {"Hello"}},
      {"BFINAL set", hex("c1 08 f3 48 cd c9 c9 07 00 00"), {"Hello"}},
      {"two blocks", hex("c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00"), {"Hello"}},
      {"an empty message", hex("c1 01 00"), {}},
      {"not even that one byte", hex("c1 00 c1 07 f2 48 cd c9 c9 07 00"), {"Hello"}},
      {"not compressed", hex("81 05 48 65 6c 6c 6f"), {"Hello"}},
      {"BFINAL set, then the window of before",
       hex("c1 08 f3 48 cd c9 c9 07 00 00 c1 05 f2 00 11 00 00"),
       {"Hello", "Hello"}},
  };
  for (const auto& one : cases) {
    Inflated whole, in_bytes;
    EXPECT_EQ(whole.frames.feed(one.bytes), State::open) << one.name;
    EXPECT_EQ(whole.messages, one.messages) << one.name;
    for (const char byte : one.bytes) in_bytes.frames.feed({&byte, 1});
    EXPECT_EQ(in_bytes.messages, one.messages) << one.name;
  }
}

TEST(WebSocketDeflate, WithoutContextTakeoverEachMessageStandsForItself) {
  Inflated client({.deflate = true, .client_no_context_takeover = true}, true);
  WebSocketDeflater deflater;
  const std::string first = deflater.payload("INVITE"), again = deflater.payload("INVITE");
  client.frames.feed(websocket_frame(kCompressed, first, kMask));
  EXPECT_EQ(client.frames.feed(websocket_frame(kCompressed, first, kMask)), State::open);
  EXPECT_THAT(client.messages, ElementsAre("INVITE", "INVITE"));
  EXPECT_LT(again.size(), first.size());
  EXPECT_EQ(client.frames.feed(websocket_frame(kCompressed, again, kMask)), State::broken);
}

TEST(WebSocketDeflate, AMessageThatIsNotCompressedIsNotInTheWindow) {
  Inflated server;
  WebSocketDeflater deflater;
  server.frames.feed(websocket_frame(kCompressed, deflater.payload("REGISTER sip:example.com")));
  server.frames.feed(websocket_frame(kFrameFin | kTextFrame, "OPTIONS"));
  server.frames.feed(websocket_frame(kCompressed, deflater.payload("REGISTER sip:example.com")));
  EXPECT_THAT(server.messages,
              ElementsAre("REGISTER sip:example.com", "OPTIONS", "REGISTER sip:example.com"));
}

TEST(WebSocketDeflate, WindowsOfEachSizeAreFollowedInManyPieces) {
  std::mt19937 random(7692);
  for (const bool takeover : {true, false}) {
    for (const int bits : {8, 9, 12, 15}) {
      Inflated client(
          {.deflate = true, .client_no_context_takeover = !takeover, .client_max_window_bits = bits}, true);
      WebSocketDeflater deflater(std::max(bits, 9));
      std::vector<std::string> sent;
      std::string bytes;
      for (int count = 0; count < 5; ++count) {
        std::string message = "MESSAGE sip:bob SIP/2.0\r\n";
        while (message.size() < 500u << 3 * (count % 3))
          message += "X-" + std::to_string(random() % 9999) + ": v\r\n";
        message.resize(std::min(message.size(), kLongestWebSocketMessage));
        sent.push_back(message);
        if (!takeover) deflater.forget();
        const std::string payload = deflater.payload(message);
        const std::size_t half = payload.size() / 2;
        bytes += websocket_frame(kFrameRsv1 | kTextFrame, payload.substr(0, half), kMask) +
                 websocket_frame(kFrameFin | kContinuationFrame, payload.substr(half), "ksam");
      }
      for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = 1 + random() % 3000;
        ASSERT_EQ(client.frames.feed(std::string_view(bytes).substr(at, length)), State::open) << bits;
        ASSERT_LE(client.frames.memory(), kMostMemory);
        at += length;
      }
      EXPECT_EQ(client.messages, sent) << bits;
    }
  }
}

TEST(WebSocketDeflate, AMessageThatInflatesBeyondTheBoundEndsAFlowWithContextTakeover) {
  Inflated server;
  WebSocketDeflater deflater;
  const std::string bomb = deflater.payload(std::string(10 << 20, 'x'));
  ASSERT_LT(bomb.size(), 20'000u);
  EXPECT_EQ(server.frames.feed(websocket_frame(kCompressed, bomb)), State::broken);
  EXPECT_THAT(server.messages, IsEmpty());
  EXPECT_EQ(server.frames.memory(), sizeof(WebSocketFrames));
}

TEST(WebSocketDeflate, WithoutContextTakeoverItIsPassedOver) {
  Inflated server({.deflate = true, .server_no_context_takeover = true});
  const std::string bomb =
      websocket_frame(kCompressed, WebSocketDeflater().payload(std::string(10 << 20, 'x')));
  for (std::size_t at = 0; at < bomb.size(); at += 100) {
    EXPECT_EQ(server.frames.feed(bomb.substr(at, 100)), State::open);
    EXPECT_LE(server.frames.memory(), kMostMemory);
  }
  server.frames.feed(websocket_frame(kCompressed, WebSocketDeflater().payload("BYE")));
  EXPECT_THAT(server.messages, ElementsAre("BYE"));
  EXPECT_EQ(server.frames.passed_over(), 1u);
}

TEST(WebSocketDeflate, AMessageOfExactlyTheBoundIsHandedOut) {
  Inflated server;
  const std::string longest(kLongestWebSocketMessage, 'x');
  server.frames.feed(websocket_frame(kCompressed, WebSocketDeflater().payload(longest)));
  EXPECT_THAT(server.messages, ElementsAre(longest));
}

TEST(WebSocketDeflate, WhatIsNoDeflateBreaksTheFlow) {
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"a reserved block type", websocket_frame(kCompressed, "\x07")},
      {"a stored block whose length has no complement", websocket_frame(kCompressed, hex("00 05 00 05 00"))},
      {"a distance beyond the beginning", websocket_frame(kCompressed, hex("f2 00 11 00 00"))},
      {"RSV1 on a continuation",
       websocket_frame(kFrameRsv1 | kTextFrame, "x") + websocket_frame(kFrameFin | kFrameRsv1, "x")},
      {"RSV1 on a ping", websocket_frame(kFrameFin | kFrameRsv1 | kPingFrame, "x")},
  };
  for (const auto& one : cases) {
    Inflated server;
    EXPECT_EQ(server.frames.feed(one.bytes), State::broken) << one.name;
    EXPECT_THAT(server.messages, IsEmpty()) << one.name;
  }
}

TEST(WebSocketDeflate, AMessageOfNothingButFinalBlocksIsNotFollowedForLong) {
  std::string blocks;
  for (int i = 0; i < 17; ++i) blocks += hex("03 00");  // an empty block with BFINAL
  Inflated server;
  EXPECT_EQ(server.frames.feed(websocket_frame(kCompressed, blocks.substr(0, 32))), State::open);
  EXPECT_EQ(server.frames.feed(websocket_frame(kCompressed, blocks)), State::broken);
}

TEST(WebSocketDeflate, EachOfManyMessagesMayEndInAFinalBlock) {
  for (const bool takeover : {true, false}) {
    Inflated server({.deflate = true, .server_no_context_takeover = !takeover});
    for (int i = 0; i < 40; ++i) server.frames.feed(hex("c1 08 f3 48 cd c9 c9 07 00 00"));
    EXPECT_EQ(server.messages, std::vector<std::string>(40, "Hello"));
  }
}

TEST(WebSocketDeflate, NoMemoryIsTakenBeforeACompressedMessage) {
  Inflated server;
  server.frames.feed(websocket_frame(kFrameFin | kTextFrame, "BYE"));
  EXPECT_EQ(server.frames.memory(), sizeof(WebSocketFrames));
  server.frames.feed(hex("c1 07 f2 48 cd c9 c9 07 00"));
  EXPECT_GT(server.frames.memory(), sizeof(WebSocketFrames) + (8 << 10));
}

}  // namespace
}  // namespace sipsonde
