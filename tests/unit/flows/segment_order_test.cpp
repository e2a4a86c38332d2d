// SPDX-License-Identifier: Apache-2.0
#include "flows/segment_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "sipsonde/event.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

// One segment as a table says it, by its place in the stream, and what it is when it comes.
struct Step {
  std::int32_t at;
  std::string_view data;
  SegmentResult result = SegmentResult::in_order;
  std::uint8_t flags = SIPSONDE_TCP_ACK;
  std::uint32_t cut_bytes = 0;
};

// A stream from `first` on; a hole reads as <n>, what the capture cut as [n].
class Line {
 public:
  explicit Line(std::uint32_t first) : first_(first) { order.begin_at(first); }

  SegmentResult observe(const Step& step, std::uint64_t time_ns = kSecond) {
    const auto result =
        order.observe({.time_ns = time_ns,
                       .sequence = first_ + static_cast<std::uint32_t>(step.at),
                       .flags = step.flags,
                       .data = step.data,
                       .wire_bytes = static_cast<std::uint32_t>(step.data.size()) + step.cut_bytes});
    drain();
    return result;
  }

  void drain() {
    while (const auto part = order.take()) {
      if (part->missing == Missing::hole) text += "<" + std::to_string(part->missing_bytes) + ">";
      if (part->missing == Missing::cut) text += "[" + std::to_string(part->missing_bytes) + "]";
      text += part->bytes;
      last_ns = part->time_ns;
    }
  }

  void give_up() {
    order.give_up_hole();
    drain();
  }

  SegmentOrder order;
  std::string text;
  std::uint64_t last_ns = 0;

 private:
  std::uint32_t first_;
};

using enum SegmentResult;

struct OrderCase {
  std::string_view name;
  std::vector<Step> steps;
  std::string_view text;
};

const OrderCase kOrders[] = {
    {"InOrder", {{0, "abc"}, {3, "def"}}, "abcdef"},
    {"OutOfOrder", {{3, "def", out_of_order}, {0, "abc"}}, "abcdef"},
    {"LastFirst", {{6, "g", out_of_order}, {3, "def", out_of_order}, {0, "abc"}}, "abcdefg"},
    {"Retransmitted", {{0, "abc"}, {0, "abc", retransmitted}, {3, "d"}}, "abcd"},
    {"RetransmittedWhileHeld", {{3, "d", out_of_order}, {3, "d", retransmitted}, {0, "abc"}}, "abcd"},
    {"RetransmittedWithMore", {{0, "abc"}, {0, "abcdef", overlap}}, "abcdef"},
    {"FirstBytesWin", {{0, "abc"}, {1, "XXd", overlap}}, "abcd"},
    {"FirstBytesWinBehindAHole", {{2, "cd", out_of_order}, {1, "XXXX", overlap}, {0, "a"}}, "aXcdX"},
    {"FillsMoreThanItsHole", {{2, "cd", out_of_order}, {0, "abXXef", overlap}}, "abcdef"},
    {"FillsSeveralHoles",
     {{2, "c", out_of_order}, {4, "e", out_of_order}, {6, "g", out_of_order}, {0, "abXdXfXh", overlap}},
     "abcdefgh"},
    {"TouchesTheHeld", {{2, "c", out_of_order}, {0, "ab"}}, "abc"},
    {"KeepAliveProbe", {{0, "abc"}, {2, "", empty}, {2, "c", retransmitted}, {3, "d"}}, "abcd"},
    {"PureAcknowledgement", {{0, "", empty}, {0, "a"}, {1, "", empty}}, "a"},
    {"CutByTheCapture", {{0, "ab", in_order, SIPSONDE_TCP_ACK, 3}, {5, "f"}}, "ab[3]f"},
    {"CutWhileHeld", {{3, "d", out_of_order, SIPSONDE_TCP_ACK, 1}, {0, "abc"}, {5, "f"}}, "abcd[1]f"},
    {"RetransmittedAndCut", {{0, "abc"}, {0, "ab", overlap, SIPSONDE_TCP_ACK, 3}, {5, "f"}}, "abc[2]f"},
    {"DataWithFin", {{0, "ab", in_order, SIPSONDE_TCP_FIN}, {2, "c", ignored}}, "ab"},
    {"FinBeforeItsData", {{2, "c", out_of_order, SIPSONDE_TCP_FIN}, {0, "ab"}, {3, "d", ignored}}, "abc"},
};

class Orders : public testing::TestWithParam<OrderCase> {};

TEST_P(Orders, GiveTheStreamWhereverItsNumbersBegin) {
  // The circle of numbers ends within each of these streams but the first.
  for (const std::uint32_t first : {1000u, 0u, 0xffffffffu, 0xfffffffeu, 0xfffffffcu, 0x7ffffffeu}) {
    SCOPED_TRACE(first);
    Line line(first);
    for (const Step& step : GetParam().steps) EXPECT_EQ(line.observe(step), step.result) << step.data;
    EXPECT_EQ(line.text, GetParam().text);
    EXPECT_FALSE(line.order.is_waiting());
    EXPECT_EQ(line.order.memory_bytes(), 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Segments, Orders, testing::ValuesIn(kOrders),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(SegmentOrder, ASynTakesANumberAndMayBringData) {
  SegmentOrder order;
  const auto observe = [&](std::uint32_t sequence, std::uint8_t flags, std::string_view data) {
    return order.observe({.sequence = sequence,
                          .flags = flags,
                          .data = data,
                          .wire_bytes = static_cast<std::uint32_t>(data.size())});
  };
  EXPECT_EQ(observe(0xffffffff, SIPSONDE_TCP_SYN, "ab"), in_order);
  EXPECT_EQ(order.take()->bytes, "ab");
  EXPECT_FALSE(order.take());
  EXPECT_EQ(observe(2, SIPSONDE_TCP_ACK, "c"), in_order);
  EXPECT_EQ(order.take()->bytes, "c");
}

TEST(SegmentOrder, InTheMidstAStreamBeginsWithItsFirstData) {
  SegmentOrder order;
  order.observe({.sequence = 77, .flags = SIPSONDE_TCP_ACK});
  EXPECT_FALSE(order.has_started());
  order.observe({.sequence = 4000, .data = "abc", .wire_bytes = 3});
  EXPECT_EQ(order.take()->bytes, "abc");
}

TEST(SegmentOrder, ASegmentInOrderIsNotCopied) {
  Line line(5);
  const std::string data = "abcdef";
  line.order.observe({.sequence = 5, .data = data, .wire_bytes = 6});
  EXPECT_EQ(line.order.take()->bytes.data(), data.data());
  EXPECT_EQ(line.order.memory_bytes(), 0u);
}

TEST(SegmentOrder, AHoleIsSteppedOverWhenItIsGivenUp) {
  Line line(10);
  line.observe({0, "a"});
  line.observe({3, "d", out_of_order});
  line.observe({6, "g", out_of_order});
  EXPECT_TRUE(line.order.is_waiting());
  line.give_up();
  EXPECT_EQ(line.text, "a<2>d") << "one hole at a time";
  EXPECT_EQ(line.observe({1, "bc"}), retransmitted) << "too late";
  line.give_up();
  EXPECT_EQ(line.text, "a<2>d<2>g");
  EXPECT_FALSE(line.order.is_waiting());
}

TEST(SegmentOrder, AHoleIsWaitedForSinceTheSegmentBehindItCame) {
  Line line(10);
  line.observe({0, "a"}, 1 * kSecond);
  line.observe({3, "d", out_of_order}, 2 * kSecond);
  line.observe({6, "g", out_of_order}, 3 * kSecond);
  EXPECT_EQ(line.order.waiting_since_ns(), 2 * kSecond);
  line.give_up();
  EXPECT_EQ(line.last_ns, 2 * kSecond) << "read when it came: what was lost was lost to us alone";
  EXPECT_EQ(line.order.waiting_since_ns(), 3 * kSecond);
}

TEST(SegmentOrder, WhatWasHeldIsReadableWhenItsHoleIsFilled) {
  Line line(10);
  line.observe({1, "b", out_of_order}, 2 * kSecond);
  line.observe({0, "a"}, 5 * kSecond);
  EXPECT_EQ(line.text, "ab");
  EXPECT_EQ(line.last_ns, 5 * kSecond);
}

TEST(SegmentOrder, TheFirstHoleIsGivenUpWhenTooMuchIsHeldBehindIt) {
  struct Bound {
    std::size_t size, most;
  };
  for (const Bound bound :
       {Bound{1, SegmentOrder::kHeldSegmentsMax}, Bound{60000, SegmentOrder::kHeldBytesMax / 60000}}) {
    Line line(0);
    const std::string data(bound.size, 'x');
    for (std::size_t i = 0; i < bound.most; ++i)
      line.observe({static_cast<std::int32_t>(1 + i * bound.size), data, out_of_order});
    EXPECT_EQ(line.text, "");
    line.observe({static_cast<std::int32_t>(1 + bound.most * bound.size), data, out_of_order});
    EXPECT_EQ(line.text.substr(0, 4), "<1>x");
    EXPECT_EQ(line.text.size(), 3 + (bound.most + 1) * bound.size);
    EXPECT_EQ(line.order.memory_bytes(), 0u);
  }
}

TEST(SegmentOrder, HolesWithoutEndTakeNoMoreThanTheBound) {
  Line line(0);
  std::size_t most = 0;
  for (std::int32_t i = 0; i < 20000; ++i) {
    line.observe({1 + 2 * i, "x", out_of_order});
    most = std::max(most, line.order.memory_bytes());
  }
  EXPECT_LE(most, 200'000u);
  EXPECT_EQ(line.text.substr(0, 8), "<1>x<1>x");
}

TEST(SegmentOrder, WhatIsFarAwayIsOfAnotherConnection) {
  Line line(0xfffffff0);
  line.observe({0, "a"});
  const auto is_far = [&](std::uint32_t sequence) {
    return line.order.is_far({.sequence = sequence, .data = "x", .wire_bytes = 1});
  };
  EXPECT_FALSE(is_far(0xfffffff1));
  EXPECT_FALSE(is_far(0x00100000));
  EXPECT_FALSE(is_far(0xfff00000));
  EXPECT_TRUE(is_far(0x10000000));
  EXPECT_TRUE(is_far(0xe0000000));
  EXPECT_FALSE(line.order.is_far({.sequence = 0x10000000})) << "it has no data";
}

// A stream cut at random places, each piece sent once or more, with neighbours, in an order of its own within
// a window.
TEST(SegmentOrder, AStreamCutAndShuffledAtRandomIsTheStream) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); };
    std::string stream;
    for (unsigned i = 0; i < 20000; ++i) stream += static_cast<char>('a' + below(26));
    std::vector<Step> steps;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = 1 + below(300);
      const std::string_view piece = std::string_view(stream).substr(at, size);
      steps.push_back({static_cast<std::int32_t>(at), piece});
      if (below(8) == 0) steps.push_back({static_cast<std::int32_t>(at), piece});
      if (below(8) == 0 && at > 50)
        steps.push_back({static_cast<std::int32_t>(at - 50), std::string_view(stream).substr(at - 50, size)});
      at += piece.size();
    }
    for (std::size_t at = 0; at < steps.size(); at += 20)
      std::shuffle(steps.begin() + static_cast<std::ptrdiff_t>(at),
                   steps.begin() + static_cast<std::ptrdiff_t>(std::min(at + 20, steps.size())), random);
    Line line(0xffffffff - below(20000));
    for (const Step& step : steps) line.observe(step);
    EXPECT_EQ(line.text, stream);
    EXPECT_EQ(line.order.memory_bytes(), 0u);
  }
}

}  // namespace
}  // namespace sipsonde
