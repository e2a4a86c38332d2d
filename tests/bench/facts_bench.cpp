// SPDX-License-Identifier: Apache-2.0
// What is done to a fact between the call model and the sinks: the price of a called number, and the
// pseudonym of a number.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "base/telephone_number.h"
#include "privacy/number_privacy.h"
#include "rating/rate_deck.h"

namespace sipsonde {
namespace {

constexpr int kCalled = 4096;

// A deck as carriers send them: a third of the prefixes of North America, by seven digits, the rest anywhere.
RateDeck deck_of(std::size_t prefixes, std::mt19937& random) {
  std::uniform_int_distribution<int> digit(0, 9);
  std::uniform_int_distribution<std::size_t> length(2, 9);
  std::vector<PrefixRate> lines;
  for (std::size_t i = 0; i < prefixes; ++i) {
    std::string prefix = i % 3 == 0 ? "1" : "";
    for (const std::size_t size = i % 3 == 0 ? 7 : length(random); prefix.size() < size;)
      prefix.push_back(static_cast<char>('0' + digit(random)));
    // The price follows from the prefix: what is drawn twice says the same.
    PrefixRate line{.prefix = packed_digits(prefix),
                    .length = static_cast<std::uint8_t>(prefix.size()),
                    .line = 1,
                    .rate = {}};
    line.rate.billionths_per_minute = static_cast<std::int64_t>((line.prefix >> 32) % 5000 + 1) * 1'000'000;
    lines.push_back(line);
  }
  RateDeck deck;
  Contradiction none;
  RateDeck::compile(std::move(lines), deck, none);
  return deck;
}

std::vector<std::string> called_numbers(std::mt19937& random) {
  std::uniform_int_distribution<int> digit(0, 9);
  std::vector<std::string> numbers(kCalled);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = i % 3 == 0 ? "+1" : "+";
    while (numbers[i].size() < 12) numbers[i].push_back(static_cast<char>('0' + digit(random)));
  }
  return numbers;
}

void rate_lookup(benchmark::State& state) {
  std::mt19937 random(1);
  const RateDeck deck = deck_of(static_cast<std::size_t>(state.range(0)), random);
  const auto numbers = called_numbers(random);
  std::size_t next = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(deck.find(std::string_view(numbers[next++ % kCalled]).substr(1)));
  state.counters["prefixes"] = static_cast<double>(deck.prefixes());
}

// From the text of the row to millionths.
void price_of_a_call(benchmark::State& state) {
  std::mt19937 random(1);
  const RateDeck deck = deck_of(static_cast<std::size_t>(state.range(0)), random);
  const auto numbers = called_numbers(random);
  std::size_t next = 0;
  for (auto _ : state) {
    const auto number = telephone_number_of(numbers[next++ % kCalled]);
    const Rate* rate = deck.find(number->digits());
    if (rate) benchmark::DoNotOptimize(price_micros(*rate, 93'500));
  }
}

void shown_uri(benchmark::State& state, NumberForm form, int numbers_in_use) {
  auto made = NumberPrivacy::with(form, std::string(32, 'k'));
  if (!made) return state.SkipWithError(made.error().message.c_str());
  std::mt19937 random(2);
  std::vector<std::string> uris;
  for (const std::string& number : called_numbers(random))
    uris.push_back("sip:" + number + "@carrier.example.net;user=phone");
  std::string out;
  std::size_t next = 0;
  // Beyond what is remembered each number is new.
  std::uint64_t fresh = 10'000'000;
  for (auto _ : state) {
    out.clear();
    std::string& uri = uris[next++ % static_cast<std::size_t>(numbers_in_use)];
    if (numbers_in_use == kCalled)
      for (std::uint64_t rest = ++fresh, at = 15; at > 7; --at, rest /= 10)
        uri[at] = static_cast<char>('0' + rest % 10);
    made->append_uri(out, uri);
    benchmark::DoNotOptimize(out.data());
  }
}

BENCHMARK(rate_lookup)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(price_of_a_call)->Arg(1'000'000);
BENCHMARK_CAPTURE(shown_uri, clear, NumberForm::clear, 64);
BENCHMARK_CAPTURE(shown_uri, mask, NumberForm::mask, 64);
BENCHMARK_CAPTURE(shown_uri, hmac_of_known_numbers, NumberForm::hmac, 64);
BENCHMARK_CAPTURE(shown_uri, hmac_of_new_numbers, NumberForm::hmac, kCalled);

}  // namespace
}  // namespace sipsonde
