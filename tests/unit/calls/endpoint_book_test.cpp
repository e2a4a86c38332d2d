// SPDX-License-Identifier: Apache-2.0
#include "calls/endpoint_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialog_script.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr Handle kFirst{1, 1}, kSecond{2, 1};

// The indices of the legs that receive there.
std::vector<std::uint32_t> legs_at(EndpointBook& book, const Endpoint& endpoint) {
  std::vector<std::uint32_t> legs;
  book.visit_at(endpoint, [&](BookedEndpoint& entry) { legs.push_back(entry.media.index); });
  return legs;
}

Booking add(EndpointBook& book, const Endpoint& endpoint, Handle leg, std::uint32_t& chain,
            MediaParty party = MediaParty::caller) {
  return book.add(EndpointBook::key_of(endpoint), leg, party, chain);
}

TEST(EndpointBook, KnowsEachLegThatReceivesAtAnAddress) {
  EndpointBook book(100, 42);
  std::uint32_t first = kNone, second = kNone;
  EXPECT_EQ(add(book, ipv4(1, 4000), kFirst, first), Booking::added);
  EXPECT_EQ(add(book, ipv4(1, 4000), kSecond, second), Booking::added);
  EXPECT_EQ(add(book, ipv4(1, 4001), kSecond, second), Booking::added);
  EXPECT_THAT(legs_at(book, ipv4(1, 4000)), UnorderedElementsAre(1, 2));
  EXPECT_THAT(legs_at(book, ipv4(1, 4001)), ElementsAre(2));
  EXPECT_THAT(legs_at(book, ipv4(2, 4000)), IsEmpty());
  EXPECT_THAT(legs_at(book, Endpoint{}), IsEmpty());
}

TEST(EndpointBook, HasWhatIsSaidAgainOnce) {
  EndpointBook book(100, 42);
  std::uint32_t chain = kNone;
  EXPECT_EQ(add(book, ipv4(1, 4000), kFirst, chain), Booking::added);
  EXPECT_EQ(add(book, ipv4(1, 4000), kFirst, chain), Booking::known);
  EXPECT_EQ(add(book, ipv4(1, 4000), kFirst, chain, MediaParty::callee),
            Booking::added);  // both sides behind one relay
  EXPECT_EQ(book.size(), 2u);
}

TEST(EndpointBook, FindsAtAnAddressTheSixteenLegsThatSaidItLast) {
  EndpointBook book(1000, 42);
  std::vector<std::uint32_t> chains(40, kNone);
  for (std::uint32_t leg = 0; leg < 40; ++leg) add(book, ipv4(1, 4000), Handle{leg, 1}, chains[leg]);
  const auto found = legs_at(book, ipv4(1, 4000));
  EXPECT_EQ(found.size(), EndpointBook::kFoundAtAnAddress);
  EXPECT_EQ(found.front(), 39u);
  EXPECT_EQ(found.back(), 24u);
  EXPECT_EQ(book.size(), 40u);

  EXPECT_EQ(add(book, ipv4(1, 4000), Handle{3, 1}, chains[3]), Booking::added);  // says it again
  EXPECT_EQ(book.size(), 40u);
  EXPECT_EQ(legs_at(book, ipv4(1, 4000)).front(), 3u);
  EXPECT_EQ(legs_at(book, ipv4(1, 4000)).back(), 25u);

  for (std::uint32_t& chain : chains) book.remove_chain(chain, [](const BookedEndpoint&) {});
  EXPECT_EQ(book.size(), 0u);
  EXPECT_THAT(legs_at(book, ipv4(1, 4000)), IsEmpty());
}

TEST(EndpointBook, ForgetsAChainAndNothingElse) {
  EndpointBook book(1000, 42);
  std::uint32_t first = kNone, second = kNone;
  for (std::uint16_t port = 1; port <= 300; ++port) {
    add(book, ipv4(1, port), kFirst, first);
    add(book, ipv4(1, port), kSecond, second);
  }
  int forgotten = 0;
  book.remove_chain(first, [&](const BookedEndpoint& entry) {
    ++forgotten;
    EXPECT_EQ(entry.media.index, 1u);
    Endpoint endpoint = ipv4(1, entry.key.port);
    EXPECT_THAT(legs_at(book, endpoint), ElementsAre(2));  // it is no longer found, the other leg's is
  });
  EXPECT_EQ(forgotten, 300);
  EXPECT_EQ(first, kNone);
  EXPECT_EQ(book.size(), 300u);
  book.remove_chain(first, [&](const BookedEndpoint&) { ++forgotten; });
  EXPECT_EQ(forgotten, 300);
}

TEST(EndpointBook, RefusesWhatIsAboveItsLimitAndTakesItWhenThereIsRoom) {
  EndpointBook book(3, 42);
  std::uint32_t first = kNone, second = kNone;
  for (std::uint16_t port = 1; port <= 3; ++port)
    EXPECT_EQ(add(book, ipv4(1, port), kFirst, first), Booking::added);
  EXPECT_EQ(add(book, ipv4(2, 1), kSecond, second), Booking::refused);
  EXPECT_EQ(second, kNone);
  book.remove_chain(first, [](const BookedEndpoint&) {});
  EXPECT_EQ(add(book, ipv4(2, 1), kSecond, second), Booking::added);
  EXPECT_THAT(legs_at(book, ipv4(2, 1)), ElementsAre(2));
}

TEST(EndpointBook, FindsAllUnderAnySeed) {
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX, std::uint64_t{1} << 63}) {
    EndpointBook book(2000, seed);
    std::uint32_t chain = kNone;
    for (std::uint16_t port = 1; port <= 1000; ++port)
      ASSERT_EQ(add(book, ipv4(9, port), kFirst, chain), Booking::added);
    for (std::uint16_t port = 1; port <= 1000; ++port) ASSERT_EQ(legs_at(book, ipv4(9, port)).size(), 1u);
  }
}

}  // namespace
}  // namespace sipsonde::test
