// SPDX-License-Identifier: Apache-2.0
#include "flows/message_framer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

namespace sipsonde {
namespace {

constexpr std::string_view kOptions =
    "OPTIONS sip:a@b.example SIP/2.0\r\nVia: x\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kInvite =
    "INVITE sip:a@b.example SIP/2.0\r\nVia: x\r\nContent-Length: 5\r\n\r\nv=0\r\n";
constexpr std::string_view kOk = "SIP/2.0 200 OK\r\nVia: x\r\nl: 0\r\n\r\n";
constexpr std::string_view kWithoutLength = "OPTIONS sip:a@b.example SIP/2.0\r\nVia: x\r\n\r\n";

std::string text_of(const std::vector<std::string_view>& parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

// A framer and what came out of it; a message without its end has ~ behind it.
struct Bench {
  explicit Bench(bool joined = false) : framer(counts, joined) {}

  void feed(std::string_view bytes) {
    // A copy of its own, so that the address sanitizer sees who reads beyond it or after its time.
    const std::vector<char> segment(bytes.begin(), bytes.end());
    framer.feed({segment.data(), segment.size()});
    drain();
  }
  void skip(std::uint32_t bytes, Missing missing = Missing::hole) {
    framer.skip(missing, bytes);
    framer.feed({});
    drain();
  }
  void drain() {
    while (const auto message = framer.take()) {
      messages.emplace_back(message->bytes);
      if (message->wire_bytes > message->bytes.size()) messages.back() += "~";
      wire_bytes = message->wire_bytes;
    }
  }
  std::uint64_t count(StreamBreak reason) const { return counts.of(reason); }
  std::uint64_t breaks() const {
    std::uint64_t sum = 0;
    for (int reason = 0; reason < kStreamBreakCount; ++reason) sum += count(static_cast<StreamBreak>(reason));
    return sum;
  }

  FlowCounts counts;
  MessageFramer framer;
  std::vector<std::string> messages;
  std::size_t wire_bytes = 0;
};

struct FramingCase {
  std::string_view name;
  std::vector<std::string_view> stream;
  std::vector<std::string_view> messages;
  std::vector<StreamBreak> breaks = {};
};

const FramingCase kFramings[] = {
    {"One", {kInvite}, {kInvite}},
    {"Several", {kInvite, kOk, kOptions}, {kInvite, kOk, kOptions}},
    {"PongsBetween", {"\r\n", kOk, "\r\n", kOptions, "\r\n"}, {kOk, kOptions}},
    {"PingsBetween", {"\r\n\r\n", kOk, "\r\n\r\n\r\n\r\n", kOptions}, {kOk, kOptions}},
    {"LineFeedsAlone", {"INVITE sip:a SIP/2.0\nl:3\n\nabc", kOk}, {"INVITE sip:a SIP/2.0\nl:3\n\nabc", kOk}},
    {"CompactName", {"SIP/2.0 200 OK\r\nL : 3\r\n\r\nabc", kOk}, {"SIP/2.0 200 OK\r\nL : 3\r\n\r\nabc", kOk}},
    {"AnyCase",
     {"SIP/2.0 200 OK\r\ncOnTeNt-LeNgTh:3\r\n\r\nabc", kOk},
     {"SIP/2.0 200 OK\r\ncOnTeNt-LeNgTh:3\r\n\r\nabc", kOk}},
    {"Folded",
     {"SIP/2.0 200 OK\r\nl:\r\n 3\r\nc: x\r\n\r\nabc", kOk},
     {"SIP/2.0 200 OK\r\nl:\r\n 3\r\nc: x\r\n\r\nabc", kOk}},
    {"FoldedAtTheEnd",
     {"SIP/2.0 200 OK\r\nl:\r\n\t3\r\n\r\nabc", kOk},
     {"SIP/2.0 200 OK\r\nl:\r\n\t3\r\n\r\nabc", kOk}},
    {"InAFoldIsNoHeader",
     {"SIP/2.0 200 OK\r\nl: 3\r\nx: a\r\n l: 9\r\n\r\nabc", kOk},
     {"SIP/2.0 200 OK\r\nl: 3\r\nx: a\r\n l: 9\r\n\r\nabc", kOk}},
    {"RepeatedAndEqual",
     {"SIP/2.0 200 OK\r\nl: 3\r\nl: 3\r\n\r\nabc", kOk},
     {"SIP/2.0 200 OK\r\nl: 3\r\nl: 3\r\n\r\nabc", kOk}},
    {"OtherNamesWithL",
     {"SIP/2.0 200 OK\r\nList: 9\r\nl: 3\r\nContent-Lengths: 7\r\n\r\nabc", kOk},
     {"SIP/2.0 200 OK\r\nList: 9\r\nl: 3\r\nContent-Lengths: 7\r\n\r\nabc", kOk}},
    {"BodyThatIsAMessage",
     {"NOTIFY sip:a SIP/2.0\r\nl: 32\r\n\r\n", kOk, kOk},
     {"NOTIFY sip:a SIP/2.0\r\nl: 32\r\n\r\nSIP/2.0 200 OK\r\nVia: x\r\nl: 0\r\n\r\n", kOk}},
    {"BrokenStartLine",
     {kOk, "INVITE sip:a\r\nl: 0\r\n\r\n", kOk},
     {kOk, "INVITE sip:a\r\nl: 0\r\n\r\n", kOk}},
    {"NoLength", {kWithoutLength, kOk}, {kWithoutLength, kOk}},
    {"NoLengthAndABody",
     {kWithoutLength, "v=0\r\no=x\r\n", kOk},
     {kWithoutLength, kOk},
     {StreamBreak::length}},
    {"LengthThatIsNoNumber",
     {"SIP/2.0 200 OK\r\nl: -3\r\n\r\n", "abc\r\n", kOk},
     {"SIP/2.0 200 OK\r\nl: -3\r\n\r\n", kOk},
     {StreamBreak::length}},
    {"LengthBeyondAllNumbers",
     {"SIP/2.0 200 OK\r\nl: 99999999999\r\n\r\n", kOk},
     {"SIP/2.0 200 OK\r\nl: 99999999999\r\n\r\n", kOk}},
    {"LengthsThatDiffer",
     {"SIP/2.0 200 OK\r\nl: 3\r\nl: 4\r\n\r\n", "abc\r\n", kOk},
     {"SIP/2.0 200 OK\r\nl: 3\r\nl: 4\r\n\r\n", kOk},
     {StreamBreak::length}},
    {"GarbageBetween", {kOk, "neither\r\nnor\r\n", kOptions}, {kOk, kOptions}, {StreamBreak::garbage}},
    {"BinaryBetween", {kOk, "\x16\x03\x01\xff\n", kOptions}, {kOk, kOptions}, {StreamBreak::garbage}},
    {"ProxyHeaderFirst",
     {"PROXY TCP4 192.0.2.1 192.0.2.2 5 6\r\n", kOptions},
     {kOptions},
     {StreamBreak::garbage}},
    {"FragmentOfSipInGarbage",
     {kOk, "x\r\nSIP/2.0 180 Ringing\r\n", kOptions, kOk},
     {kOk, kOptions, kOk},
     {StreamBreak::garbage}},
    {"NeverSip", {"GET / HTTP/1.0\r\n\r\nhello: world\r\n"}, {}},
};

class Framings : public testing::TestWithParam<FramingCase> {
 protected:
  void expect(const Bench& bench) {
    EXPECT_THAT(bench.messages, testing::ElementsAreArray(GetParam().messages));
    EXPECT_EQ(bench.breaks(), GetParam().breaks.size());
    for (const StreamBreak reason : GetParam().breaks) EXPECT_EQ(bench.count(reason), 1u) << label(reason);
  }
};

TEST_P(Framings, GiveTheMessagesOfOneSegment) {
  Bench bench;
  bench.feed(text_of(GetParam().stream));
  expect(bench);
}

TEST_P(Framings, GiveTheMessagesByteByByte) {
  Bench bench;
  for (const char byte : text_of(GetParam().stream)) bench.feed({&byte, 1});
  expect(bench);
}

TEST_P(Framings, GiveTheMessagesCutAtEachPlace) {
  const std::string stream = text_of(GetParam().stream);
  for (std::size_t at = 1; at < stream.size(); ++at) {
    SCOPED_TRACE(at);
    Bench bench;
    bench.feed(stream.substr(0, at));
    bench.feed(stream.substr(at));
    expect(bench);
  }
}

INSTANTIATE_TEST_SUITE_P(Streams, Framings, testing::ValuesIn(kFramings),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(MessageFramer, WhatIsWholeInASegmentIsNotCopied) {
  FlowCounts counts;
  MessageFramer framer(counts, false);
  const std::string segment = text_of({kInvite, kOk, "\r\n\r\n", kOptions});
  framer.feed(segment);
  EXPECT_EQ(framer.take()->bytes.data(), segment.data());
  EXPECT_EQ(framer.take()->bytes.data(), segment.data() + kInvite.size());
  EXPECT_EQ(framer.take()->bytes.data(), segment.data() + segment.size() - kOptions.size());
  EXPECT_FALSE(framer.take());
  EXPECT_EQ(framer.memory_bytes(), std::string().capacity());
}

TEST(MessageFramer, AMessageAsLargeAsTheKernelTakesComesOutAndALargerOneIsPassedOver) {
  const std::string start = "MESSAGE sip:a SIP/2.0\r\nl: ";
  const std::size_t fitting = MessageFramer::kMessageMax - start.size() - 5 - 4;
  for (const std::size_t more : {0u, 1u, 100'000u}) {
    SCOPED_TRACE(more);
    Bench bench;
    const std::string large =
        start + std::to_string(fitting + more) + "\r\n\r\n" + std::string(fitting + more, 'x');
    for (std::size_t at = 0; at < large.size(); at += 1000) bench.feed(large.substr(at, 1000));
    bench.feed(kOk);
    EXPECT_EQ(bench.messages.size(), more == 0 ? 2u : 1u);
    EXPECT_EQ(bench.messages.back(), kOk);
    EXPECT_EQ(bench.count(StreamBreak::too_large), more == 0 ? 0u : 1u);
    EXPECT_LE(bench.framer.memory_bytes(), 4096u) << "room is kept for usual messages alone";
  }
}

TEST(MessageFramer, HeadersWithoutEndArePassedOver) {
  Bench bench;
  bench.feed("INVITE sip:a SIP/2.0\r\n");
  std::size_t most = 0;
  for (int i = 0; i < 5000; ++i) {
    bench.feed("X-Header: of no use to anybody, at great length\r\n");
    most = std::max(most, bench.framer.memory_bytes());
  }
  EXPECT_LE(most, 2u * SIPSONDE_PAYLOAD_MAX);
  EXPECT_EQ(bench.count(StreamBreak::too_large), 1u);
  EXPECT_TRUE(bench.messages.empty());
  bench.feed(kOk);
  EXPECT_THAT(bench.messages, testing::ElementsAre(kOk));
}

TEST(MessageFramer, ALineWithoutEndTakesNoMoreThanAMessage) {
  for (const std::string_view beginning : {"INVITE sip:", "INVITE sip:a SIP/2.0\r\nVia: ", "\x01"}) {
    Bench bench;
    bench.feed(beginning);
    std::size_t most = 0;
    for (int i = 0; i < 5000; ++i) {
      bench.feed("of no use to anybody, at great length");
      most = std::max(most, bench.framer.memory_bytes());
    }
    EXPECT_LE(most, 2u * SIPSONDE_PAYLOAD_MAX);
    EXPECT_TRUE(bench.messages.empty());
  }
}

TEST(MessageFramer, JoinedInTheMidstOfAMessageReadingBeginsAtTheNext) {
  Bench bench(true);
  bench.feed(text_of({"half a header\r\nl: 5\r\n\r\nv=0\r\n", kOptions, kOk}));
  EXPECT_THAT(bench.messages, testing::ElementsAre(kOptions, kOk));
  EXPECT_EQ(bench.count(StreamBreak::joined), 1u);
  EXPECT_EQ(bench.breaks(), 1u);
}

TEST(MessageFramer, JoinedBetweenMessagesNothingIsLost) {
  Bench bench(true);
  bench.feed(kOptions);
  EXPECT_THAT(bench.messages, testing::ElementsAre(kOptions));
  EXPECT_EQ(bench.breaks(), 0u);
}

TEST(MessageFramer, JoinedInTheMidstOfALineASegmentMayBeginAMessage) {
  Bench bench(true);
  bench.feed("the body of something, without a line end");
  bench.feed(kOptions);
  EXPECT_THAT(bench.messages, testing::ElementsAre(kOptions));
}

TEST(MessageFramer, AHoleBetweenMessagesLosesNothingElse) {
  Bench bench;
  bench.feed(kOk);
  bench.skip(100);
  bench.feed(kOptions);
  EXPECT_THAT(bench.messages, testing::ElementsAre(kOk, kOptions));
}

TEST(MessageFramer, TheEndOfAStartLineThatAHoleCutIsNone) {
  Bench bench;
  bench.feed("OPTIO");
  bench.skip(5);
  bench.feed(text_of({"NS sip:a@b.example SIP/2.0\r\nVia: x\r\nl: 0\r\n\r\n", kOk}));
  EXPECT_THAT(bench.messages, testing::ElementsAre(kOk));
}

TEST(MessageFramer, AHoleInHeadersLosesTheMessage) {
  Bench bench;
  bench.feed("INVITE sip:a SIP/2.0\r\nVia: ");
  bench.skip(20);
  bench.feed(text_of({"x\r\nl: 0\r\n\r\n", kOk}));
  EXPECT_THAT(bench.messages, testing::ElementsAre(kOk));
}

TEST(MessageFramer, AHoleInABodyLeavesItsHeadersAndItsLength) {
  struct Hole {
    std::string_view before;
    std::uint32_t bytes;
    std::string_view after;
  };
  const std::string head = "INVITE sip:a SIP/2.0\r\nl: 10\r\n\r\n";
  for (const Hole hole :
       {Hole{"0123", 3, "789"}, Hole{"", 10, ""}, Hole{"0", 9, ""}, Hole{"", 1, "123456789"}}) {
    SCOPED_TRACE(hole.bytes);
    Bench bench;
    bench.feed(head + std::string(hole.before));
    bench.skip(hole.bytes);
    EXPECT_EQ(bench.wire_bytes, head.size() + 10);
    bench.feed(text_of({hole.after, kOk}));
    EXPECT_THAT(bench.messages, testing::ElementsAre(head + std::string(hole.before) + "~", kOk));
    EXPECT_EQ(bench.breaks(), 0u) << "the hole itself is counted by who found it";
  }
}

TEST(MessageFramer, AHoleThatEndsInAnotherMessageIsPassedToTheNextOne) {
  Bench bench;
  bench.feed("INVITE sip:a SIP/2.0\r\nl: 10\r\n\r\n0123");
  bench.skip(30);
  bench.feed(text_of({"lf a line\r\nl: 0\r\n\r\n", kOk}));
  EXPECT_THAT(bench.messages, testing::ElementsAre("INVITE sip:a SIP/2.0\r\nl: 10\r\n\r\n0123~", kOk));
}

TEST(MessageFramer, AHoleInAMessageThatIsTooLargeIsPassedOverWithIt) {
  Bench bench;
  bench.feed("INVITE sip:a SIP/2.0\r\nl: 100000\r\n\r\n0123");
  bench.skip(99'990);
  bench.feed(text_of({"456789", kOk}));
  EXPECT_THAT(bench.messages, testing::ElementsAre(kOk));
  EXPECT_EQ(bench.count(StreamBreak::too_large), 1u);
}

TEST(MessageFramer, HeadersCutByTheCaptureGoOutAsFarAsTheyAreThere) {
  Bench bench;
  bench.feed("INVITE sip:a SIP/2.0\r\nVia: x\r\nCall-ID: half");
  bench.skip(400, Missing::cut);
  bench.feed(kOk);
  EXPECT_THAT(bench.messages, testing::ElementsAre("INVITE sip:a SIP/2.0\r\nVia: x\r\nCall-ID: half~", kOk));
}

TEST(MessageFramer, AStreamCutAtRandomGivesItsMessages) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<std::string_view> sent;
    std::string stream;
    for (int i = 0; i < 100; ++i) {
      const std::string_view message = std::array{kOptions, kInvite, kOk, kWithoutLength}[random() % 4];
      sent.push_back(message);
      stream += message;
      if (random() % 4 == 0) stream += "\r\n\r\n";
    }
    Bench bench;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = 1 + random() % 200;
      bench.feed(stream.substr(at, size));
      at += size;
    }
    EXPECT_THAT(bench.messages, testing::ElementsAreArray(sent));
    EXPECT_EQ(bench.breaks(), 0u);
  }
}

}  // namespace
}  // namespace sipsonde
