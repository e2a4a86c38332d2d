// SPDX-License-Identifier: Apache-2.0
// Long walks at random, with fixed seeds: at every step a stream's accounts are those of a set of numbers.
#include <random>
#include <string>
#include <vector>

#include "rtp_accounts.h"

namespace sipsonde::testing {
namespace {

struct Weather {
  const char* name;
  int lost, burst, late, twice, far, jump;  // of a thousand packets
};

class RtpWalk : public ::testing::TestWithParam<Weather> {};

TEST_P(RtpWalk, CountsAsTheModelDoesAtEveryStep) {
  const Weather& weather = GetParam();
  for (const unsigned seed : {1u, 2u, 3u}) {
    std::mt19937 random(seed);
    const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
    const auto happens = [&](int of_thousand) { return below(1000) < of_thousand; };
    auto next = static_cast<std::uint16_t>(random());
    BothAccounts accounts(next++);
    std::vector<std::uint16_t> held;
    for (int step = 0; step < 10'000; ++step) {
      if (happens(weather.burst)) next = static_cast<std::uint16_t>(next + below(200));
      if (happens(weather.jump)) next = static_cast<std::uint16_t>(next + below(4000));
      if (happens(weather.far)) next = static_cast<std::uint16_t>(random());
      if (happens(weather.lost)) ++next;
      if (happens(weather.late)) held.push_back(next++);
      accounts.take(next);
      if (happens(weather.twice)) accounts.take(static_cast<std::uint16_t>(next - below(120)));
      ++next;
      if (!held.empty() && happens(100)) {
        const auto which = held.begin() + below(static_cast<int>(held.size()));
        accounts.take(*which);
        held.erase(which);
      }
      ASSERT_FALSE(HasFailure()) << "seed " << seed << ", step " << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Weathers, RtpWalk,
                         ::testing::Values(Weather{"Fair", 5, 0, 0, 1, 0, 0},
                                           Weather{"Lossy", 200, 20, 0, 0, 0, 0},
                                           Weather{"Shuffled", 10, 0, 100, 20, 0, 0},
                                           Weather{"Jumping", 50, 50, 20, 20, 0, 30},
                                           Weather{"Restarting", 50, 20, 50, 50, 20, 20},
                                           Weather{"Wild", 300, 100, 200, 200, 300, 100}),
                         [](const auto& weather) { return std::string(weather.param.name); });

TEST(RtpWalkOfNoise, CountsAsTheModelDoesAtEveryStep) {
  std::mt19937 random(4);
  BothAccounts accounts(0);
  for (int step = 0; step < 10'000; ++step) {
    accounts.take(static_cast<std::uint16_t>(random()));
    ASSERT_FALSE(HasFailure()) << "step " << step;
  }
}

}  // namespace
}  // namespace sipsonde::testing
