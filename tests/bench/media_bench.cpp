// SPDX-License-Identifier: Apache-2.0
// What streams cost the agent: a look at each every ten seconds, with its figures and MOS.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "calls/call_table.h"
#include "media/codec.h"
#include "media/kernel_media.h"
#include "media/stream_reports.h"

namespace sipsonde::bench {
namespace {

constexpr std::uint32_t kStreams = 100'000;
constexpr std::uint64_t kSecond_ns = 1'000'000'000;
constexpr std::uint32_t kPacketsASecond = 50;

// The kernel's table, in which packets have come whenever somebody looks.
class Table : public KernelMedia {
 public:
  Table() : streams_(kStreams) {
    for (std::uint32_t slot = 0; slot < kStreams; ++slot) {
      sipsonde_stream& stream = streams_[slot];
      stream.key = slot + 1;
      stream.ssrc = slot;
      stream.codec = packed_codec(SIPSONDE_CODEC_pcmu, SIPSONDE_CLOCK_8000);
      stream.window[0] = stream.window[1] = ~0ULL;
      stream.jitter_ns = 1'000'000;
      stream.base = 1;
    }
  }

  void pass(std::uint64_t seconds, std::uint64_t now_ns) {
    for (sipsonde_stream& stream : streams_) {
      stream.highest += static_cast<std::uint32_t>(seconds) * kPacketsASecond;
      stream.bytes += seconds * kPacketsASecond * 172;
      stream.jitter_sum_ns += seconds * kPacketsASecond * stream.jitter_ns;
      stream.last_time = static_cast<std::uint32_t>(now_ns >> SIPSONDE_STREAM_TICK_SHIFT);
    }
  }

  bool announce(const sipsonde_endpoint_key&, const sipsonde_endpoint&) override { return true; }
  void withdraw(const sipsonde_endpoint_key&, std::uint32_t) override {}
  void read(std::uint32_t slot, sipsonde_stream& stream) const override { stream = streams_[slot]; }
  void ask_again(std::uint32_t, std::uint64_t) override {}
  void set_clock(std::uint32_t, std::uint64_t, sipsonde_clock) override {}

 private:
  std::vector<sipsonde_stream> streams_;
};

class Reports : public StreamReports {
 public:
  void advance(std::uint64_t) override {}
  void observe(std::string_view, std::optional<double> jitter_ms, std::optional<double> mos, std::uint64_t,
               std::uint64_t) override {
    benchmark::DoNotOptimize(jitter_ms);
    benchmark::DoNotOptimize(mos);
    ++count;
  }
  std::uint64_t count = 0;
};

void streams_reported(benchmark::State& state) {
  const Settings settings;
  const Timebase timebase = Timebase::of_capture();
  Measures measures;
  Table table;
  Reports reports;
  CallTable calls({.settings = settings,
                   .timebase = timebase,
                   .measures = measures,
                   .media = &table,
                   .media_reports = &reports},
                  1);
  std::uint64_t now = kSecond_ns;
  for (std::uint32_t slot = 0; slot < kStreams; ++slot) {
    MediaSighting sighting;
    sighting.time_ns = now + slot * (10 * kSecond_ns / kStreams);
    sighting.source.port = 20000;
    sighting.destination.port = 30000;
    sipsonde_stream_note note{};
    note.key = slot + 1;
    note.slot = slot;
    note.ssrc = slot;
    note.codec = packed_codec(SIPSONDE_CODEC_pcmu, SIPSONDE_CLOCK_8000);
    calls.observe_stream(sighting, note);
  }
  now += 10 * kSecond_ns;
  for (auto _ : state) {
    state.PauseTiming();
    now += 10 * kSecond_ns;
    table.pass(10, now);
    state.ResumeTiming();
    calls.advance(now);
  }
  // Of those whose looks fall on the edge of a round a few may have had two in one and be gone.
  if (static_cast<double>(reports.count) < 0.99 * kStreams * static_cast<double>(state.iterations()))
    state.SkipWithError("not every stream was reported");
  // Ten seconds pass in each round: of them so many hundredths.
  const double hundredths = 0.1 * static_cast<double>(state.iterations());
  state.counters["core_percent"] =
      benchmark::Counter(hundredths, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(streams_reported)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sipsonde::bench
