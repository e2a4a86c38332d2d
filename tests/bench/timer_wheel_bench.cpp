// SPDX-License-Identifier: Apache-2.0
// Timers by how many are armed: what a message does to its leg's timer must cost the same with a million live
// calls as with a thousand, and time must pass without a look at all of them.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "calls/timer_wheel.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond_ns = 1'000'000'000;
constexpr std::uint64_t kSilence_ns = 7200 * kSecond_ns;

std::uint64_t next(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

// A message of a random live call: its silence begins anew.
void timer_moves(benchmark::State& state) {
  const auto calls = static_cast<std::size_t>(state.range(0));
  const auto timers = std::make_unique<Timer[]>(calls);
  TimerWheel wheel;
  std::uint64_t random = 88172645463325252ull;
  std::uint64_t now_ns = kSecond_ns;
  for (std::size_t i = 0; i < calls; ++i) wheel.schedule(timers[i], now_ns + kSilence_ns + i * 1000);
  for (auto _ : state) {
    now_ns += 10'000;
    wheel.schedule(timers[next(random) % calls], now_ns + kSilence_ns);
    benchmark::DoNotOptimize(wheel.take_due(now_ns));
  }
}

// A poll of a millisecond in which no timer is due, with so many armed.
void time_passes(benchmark::State& state) {
  const auto calls = static_cast<std::size_t>(state.range(0));
  const auto timers = std::make_unique<Timer[]>(calls);
  TimerWheel wheel;
  std::uint64_t now_ns = kSecond_ns;
  for (std::size_t i = 0; i < calls; ++i)
    wheel.schedule(timers[i], now_ns + 1'000'000 * kSecond_ns + i * kSecond_ns / 100);
  for (auto _ : state) benchmark::DoNotOptimize(wheel.take_due(now_ns += 1'000'000));
}

BENCHMARK(timer_moves)->Arg(1'000)->Arg(10'000)->Arg(1'000'000);
BENCHMARK(time_passes)->Arg(1'000)->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace sipsonde
