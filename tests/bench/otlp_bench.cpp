// SPDX-License-Identifier: Apache-2.0
// What a call costs as spans: its events kept until its record comes, then three spans as bytes; and what the
// thread that also sends them over HTTP pays, with and without compression.
#include <benchmark/benchmark.h>
#include <time.h>

#include <deque>
#include <string>
#include <vector>

#include "http_drain.h"
#include "otlp/call_spans.h"
#include "otlp/span_pipeline.h"
#include "otlp/span_writer.h"
#include "unit/otlp/leg_facts.h"

namespace sipsonde {
namespace {

// Calls of one shape with Call-IDs of their own.
void call_as_spans(benchmark::State& state) {
  Settings settings;
  settings.node = "edge-1";
  StoryTable stories(200'000, 256u << 20);
  CallSpans maker(settings);
  SpanWriter writer({});
  std::string bytes;
  std::size_t spans = 0;
  const CallSpans::Outlet keep = [&](const Span& span) {
    writer.append(bytes, span);
    ++spans;
  };
  LegFacts leg = LegFacts::answered();
  std::string call_id = "a84b4c7600000000@pc33.example.com";
  std::uint32_t number = 0;
  for (auto _ : state) {
    for (std::uint32_t rest = ++number, at = 15; at > 7; --at, rest /= 10)
      call_id[at] = static_cast<char>('0' + rest % 10);
    bytes.clear();
    for (CallEvent& event : leg.events) {
      event.call_id = call_id;
      stories.add(event);
    }
    leg.record.call_id = call_id;
    maker.make(leg.record, stories.take(leg.record), keep);
    benchmark::DoNotOptimize(bytes.data());
  }
  state.counters["spans"] = static_cast<double>(spans) / static_cast<double>(state.iterations());
  state.counters["bytes"] = static_cast<double>(bytes.size());
}

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

constexpr double kCallsASecond = 5000;
constexpr int kCallsAtOnce = 512;

// CPU time of the sink's thread a call, from facts to the receiver's answer; `cores` is the share of a core
// at 5000 calls a second.
void calls_sent(benchmark::State& state) {
  HttpDrain receiver;
  if (!receiver.ok()) return state.SkipWithError("no port of the loopback address");
  Settings settings;
  settings.node = "edge-1";
  settings.otlp.endpoint = receiver.url();
  settings.otlp.compression = state.range(0) ? OtlpCompression::gzip : OtlpCompression::none;
  auto pipeline = SpanPipeline::open(settings);
  if (!pipeline) return state.SkipWithError(pipeline.error().message.c_str());
  std::uint64_t calls = 0;
  for (auto _ : state) {
    std::deque<LegFacts> legs;  // facts view into them
    std::vector<Fact> facts;
    for (int i = 0; i < kCallsAtOnce; ++i)
      legs.push_back(
          LegFacts::answered(std::to_string(0x9e3779b97f4a7c15ull * ++calls) + "@pc33.example.com"));
    for (const LegFacts& leg : legs)
      for (const Fact& fact : leg.facts()) facts.push_back(fact);
    const double before = thread_cpu_seconds();
    const auto taken = (*pipeline)->take(facts);
    const auto sent = (*pipeline)->send_all();
    state.SetIterationTime(thread_cpu_seconds() - before);
    if (!taken || !sent) return state.SkipWithError("the receiver did not take it");
  }
  using benchmark::Counter;
  const auto number = static_cast<double>(calls);
  state.counters["s/call"] = Counter(number, Counter::kIsRate | Counter::kInvert);
  state.counters["cores"] = Counter(number / kCallsASecond, Counter::kIsRate | Counter::kInvert);
  state.counters["bytes/call"] = static_cast<double>(receiver.bytes()) / number;
}

// The writer alone.
void span_as_bytes(benchmark::State& state) {
  Span span;
  span.trace_id = {1};
  span.span_id = {2};
  span.parent = SpanId{3};
  span.name = "sip.call.setup";
  span.start_ns = span.end_ns = 1;
  span.add("sip.call_id", "a84b4c76e66710@pc33.example.com");
  span.add("sip.method", "INVITE");
  span.add("sip.from", "sip:alice@example.com");
  span.add("sip.to", "sip:+4930123@example.net");
  span.add("sip.status_code", std::int64_t{200});
  span.add("sip.setup_time_ms", 2000.5);
  span.begin_event("sip.ringing", 1);
  span.add_to_event("sip.status_code", std::int64_t{180});
  SpanWriter writer({});
  std::string bytes;
  for (auto _ : state) {
    bytes.clear();
    writer.append(bytes, span);
    benchmark::DoNotOptimize(bytes.data());
  }
}

BENCHMARK(call_as_spans);
BENCHMARK(calls_sent)->ArgName("gzip")->Arg(0)->Arg(1)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(span_as_bytes);

}  // namespace
}  // namespace sipsonde
