// SPDX-License-Identifier: Apache-2.0
// What one callback of a script costs: two headers read, one field set, one metric counted.
#include <benchmark/benchmark.h>

#include <string>

#include "script/engine.h"

namespace sipsonde {
namespace {

const std::string kHeaders =
    "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa7f3.51c2d0e4b9;rport\r\n"
    "From: \"Alice Example\" <sip:+15551230001@carrier.example.net>;tag=8f1c22d0\r\n"
    "To: <sip:+15551230002@pbx.example.com>\r\n"
    "Call-ID: 9d2b7c40-51aa-11ee-8c99-0242ac120002@198.51.100.7\r\n"
    "CSeq: 102 INVITE\r\n"
    "X-Voice-Mode: native\r\n"
    "X-Voice-Attach-Result: ok\r\n"
    "Content-Length: 0\r\n";

void callback(benchmark::State& state, const char* text) {
  const ScriptFile file{"bench.lua", text};
  const TrunkTable trunks = {TrunkRule{.name = "default"}};
  ScriptMetrics metrics;
  auto engine = Engine::open(file, metrics, trunks, {});
  if (!engine) return state.SkipWithError(engine.error().message.c_str());
  SipMessage message;
  message.is_request = true;
  message.headers = kHeaders;
  CallRecord record;
  Arena texts;
  for (auto _ : state) {
    texts.clear();
    record.route = {};
    (*engine)->on_start({record, texts, &message, 1'000'000'000});
  }
  if (metrics.errors() > 0) state.SkipWithError("the script fails");
}

BENCHMARK_CAPTURE(callback, empty, "function on_start(call) end");
BENCHMARK_CAPTURE(callback, counts,
                  "local c = sipsonde.counter{name = 'bench_total', help = 'Bench.',"
                  " labels = {mode = {'native', 'legacy'}, result = {'ok', 'fail'}}}"
                  "function on_start(call) local mode = call:header('X-Voice-Mode') call.route = mode"
                  " c:inc{mode = mode, result = call:header('X-Voice-Attach-Result')} end");

}  // namespace
}  // namespace sipsonde
