// SPDX-License-Identifier: Apache-2.0
#include "flows/websocket_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "support/websocket_bytes.h"

namespace sipsonde {
namespace {

using State = WebSocketFrames::State;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kMask = "\x37\xfa\x21\x3d";  // of the examples in RFC 6455 section 5.7

struct Watched {
  explicit Watched(bool from_client = false, const WebSocketUpgrade& accepted = {})
      : frames(accepted, from_client, [this](std::string_view message) { messages.emplace_back(message); }) {}

  std::vector<std::string> messages;
  WebSocketFrames frames;
};

std::string bytes_of(std::initializer_list<unsigned> bytes) {
  std::string text;
  for (const unsigned byte : bytes) text += static_cast<char>(byte);
  return text;
}

TEST(WebSocketFrames, TheExamplesOfTheRfcAreRead) {
  const std::string medium(256, 'm'), large(65536, 'l');
  const struct {
    const char* name;
    bool from_client;
    std::string bytes;
    std::vector<std::string> messages;
  } cases[] = {
      {"unmasked text", false, bytes_of({0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f}), {"Hello"}},
      {"masked text",
       true,
       bytes_of({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}),
       {"Hello"}},
      {"fragmented", false, bytes_of({0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f}), {"Hello"}},
      {"ping", false, bytes_of({0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f}), {}},
      {"masked pong", true, bytes_of({0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}), {}},
      {"256 bytes of binary", false, bytes_of({0x82, 0x7e, 0x01, 0x00}) + medium, {medium}},
      {"64 KiB of binary", false, bytes_of({0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0}) + large, {large}},
  };
  for (const auto& one : cases) {
    Watched watched(one.from_client);
    EXPECT_EQ(watched.frames.feed(one.bytes), State::open) << one.name;
    EXPECT_EQ(watched.messages, one.messages) << one.name;
  }
}

TEST(WebSocketFrames, ControlFramesMayStandBetweenTheFramesOfAMessage) {
  Watched watched(true);
  watched.frames.feed(websocket_frame(kTextFrame, "OPT", kMask) +
                      websocket_frame(kFrameFin | kPingFrame, "are you there", kMask) +
                      websocket_frame(kContinuationFrame, "", kMask) +
                      websocket_frame(kFrameFin | kPongFrame, "", "abcd") +
                      websocket_frame(kContinuationFrame, "ION", "efgh") +
                      websocket_frame(kFrameFin | kContinuationFrame, "S", "ijkl"));
  EXPECT_THAT(watched.messages, ElementsAre("OPTIONS"));
}

TEST(WebSocketFrames, SeveralMessagesInOneFeedComeInOrder) {
  Watched watched;
  watched.frames.feed(websocket_frame(kFrameFin | kTextFrame, "INVITE") +
                      websocket_frame(kFrameFin | kBinaryFrame, "ACK") +
                      websocket_frame(kFrameFin | kTextFrame, "BYE"));
  EXPECT_THAT(watched.messages, ElementsAre("INVITE", "ACK", "BYE"));
}

TEST(WebSocketFrames, NothingFollowsAClose) {
  Watched watched;
  EXPECT_EQ(watched.frames.feed(websocket_frame(kFrameFin | kTextFrame, "BYE") +
                                websocket_frame(kFrameFin | kCloseFrame, "\x03\xe8") +
                                websocket_frame(kFrameFin | kTextFrame, "INVITE")),
            State::closed);
  EXPECT_EQ(watched.frames.feed(websocket_frame(kFrameFin | kTextFrame, "INVITE")), State::closed);
  EXPECT_THAT(watched.messages, ElementsAre("BYE"));
}

TEST(WebSocketFrames, KeepAlivesAndLineEndsBeforeAMessageAreNotHandedOut) {
  Watched watched;
  for (const char* text : {"\r\n\r\n", "\r\n", "", "\r\n\r\nOPTIONS sip:a SIP/2.0\r\n\r\n"})
    watched.frames.feed(websocket_frame(kFrameFin | kTextFrame, text));
  EXPECT_THAT(watched.messages, ElementsAre("OPTIONS sip:a SIP/2.0\r\n\r\n"));
  EXPECT_EQ(watched.frames.passed_over(), 0u);
}

TEST(WebSocketFrames, WhatTheProtocolForbidsBreaksTheFlow) {
  const std::string begun = websocket_frame(kTextFrame, "begun");
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"a mask from the server", websocket_frame(kFrameFin | kTextFrame, "x", kMask)},
      {"RSV1 without compression", websocket_frame(kFrameFin | kFrameRsv1 | kTextFrame, "x")},
      {"RSV2", websocket_frame(kFrameFin | 0x20 | kTextFrame, "x")},
      {"RSV3", websocket_frame(kFrameFin | 0x10 | kTextFrame, "x")},
      {"a reserved opcode", websocket_frame(kFrameFin | 3, "x")},
      {"a reserved control opcode", websocket_frame(kFrameFin | 11, "x")},
      {"a ping in parts", websocket_frame(kPingFrame, "x")},
      {"a ping of 126 bytes", websocket_frame(kFrameFin | kPingFrame, std::string(126, 'x'))},
      {"a continuation of nothing", websocket_frame(kFrameFin | kContinuationFrame, "x")},
      {"a message within a message", begun + websocket_frame(kFrameFin | kTextFrame, "x")},
      {"a length of 2^63", bytes_of({0x82, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0})},
  };
  for (const auto& one : cases) {
    Watched watched;
    EXPECT_EQ(watched.frames.feed(one.bytes), State::broken) << one.name;
    EXPECT_EQ(watched.frames.feed(websocket_frame(kFrameFin | kTextFrame, "x")), State::broken) << one.name;
    EXPECT_THAT(watched.messages, IsEmpty()) << one.name;
    EXPECT_EQ(watched.frames.memory(), sizeof(WebSocketFrames)) << one.name;
  }
  Watched client(true);
  EXPECT_EQ(client.frames.feed(websocket_frame(kFrameFin | kTextFrame, "x")), State::broken)
      << "no mask from the client";
}

TEST(WebSocketFrames, ALengthNeedNotBeInItsShortestForm) {
  Watched watched;
  watched.frames.feed(bytes_of({0x81, 0x7e, 0x00, 0x01}) + "A" +
                      bytes_of({0x81, 0x7f, 0, 0, 0, 0, 0, 0, 0, 1}) + "B");
  EXPECT_THAT(watched.messages, ElementsAre("A", "B"));
}

TEST(WebSocketFrames, AMessageThatIsTooLongIsPassedOverAndTheNextOneIsNot) {
  const std::string longest(kLongestWebSocketMessage, 'x');
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"in one frame", websocket_frame(kFrameFin | kTextFrame, longest + "x")},
      {"in two", websocket_frame(kTextFrame, longest) + websocket_frame(kFrameFin | kContinuationFrame, "x")},
  };
  for (const auto& one : cases) {
    Watched watched;
    for (std::size_t at = 0; at < one.bytes.size(); at += 1000) {
      EXPECT_EQ(watched.frames.feed(one.bytes.substr(at, 1000)), State::open) << one.name;
      EXPECT_LE(watched.frames.memory(), sizeof(WebSocketFrames) + kLongestWebSocketMessage) << one.name;
    }
    watched.frames.feed(websocket_frame(kFrameFin | kTextFrame, "BYE"));
    EXPECT_THAT(watched.messages, ElementsAre("BYE")) << one.name;
    EXPECT_EQ(watched.frames.passed_over(), 1u) << one.name;
  }
}

TEST(WebSocketFrames, AHeaderThatPromisesMuchTakesNoMemory) {
  Watched watched;
  watched.frames.feed(bytes_of({0x82, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  for (int i = 0; i < 100; ++i) watched.frames.feed(std::string(65536, 'x'));
  EXPECT_EQ(watched.frames.memory(), sizeof(WebSocketFrames));
  Watched honest;
  honest.frames.feed(bytes_of({0x82, 0x7e, 0xff, 0xff}) + "x");
  EXPECT_LE(honest.frames.memory(), sizeof(WebSocketFrames) + 64);
}

TEST(WebSocketFrames, WhereTheBytesAreCutMakesNoDifference) {
  std::mt19937 random(6455);
  const auto number = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  for (int round = 0; round < 10; ++round) {
    const bool from_client = round % 2 == 0;
    std::vector<std::string> sent;
    std::string bytes;
    for (int count = 0; count < 5; ++count) {
      const std::string message(1 + number(count == 0 ? 70'000 : 3000), static_cast<char>('A' + count));
      if (message.size() <= kLongestWebSocketMessage) sent.push_back(message);
      for (std::size_t at = 0; at < message.size();) {
        const std::string part = message.substr(at, 1 + number(message.size()));
        std::string mask;
        for (int i = 0; from_client && i < 4; ++i) mask += static_cast<char>(random());
        const unsigned opcode = at == 0 ? kTextFrame : kContinuationFrame;
        at += part.size();
        bytes += websocket_frame(at == message.size() ? kFrameFin | opcode : opcode, part, mask);
        if (number(3) == 0) bytes += websocket_frame(kFrameFin | kPingFrame, "ping", mask);
      }
    }
    Watched watched(from_client);
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t length = 1 + number(round % 5 == 0 ? 9 : 2000);
      ASSERT_EQ(watched.frames.feed(std::string_view(bytes).substr(at, length)), State::open);
      at += length;
    }
    EXPECT_EQ(watched.messages, sent) << "round " << round;
  }
}

TEST(WebSocketMask, AnyLengthAtAnyOffsetIsUnmaskedAsTheRfcSays) {
  for (std::size_t offset = 0; offset < 9; ++offset) {
    for (std::size_t length = 0; length < 40; ++length) {
      std::string bytes(length, 'x'), plain = bytes;
      for (std::size_t i = 0; i < length; ++i)
        bytes[i] = static_cast<char>(bytes[i] ^ kMask[(offset + i) % 4]);
      unmask(bytes, {kMask[0], kMask[1], kMask[2], kMask[3]}, offset);
      ASSERT_EQ(bytes, plain) << offset << " " << length;
    }
  }
}

}  // namespace
}  // namespace sipsonde
