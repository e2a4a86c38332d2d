// SPDX-License-Identifier: Apache-2.0
// Sends calls at a given pace and says what it sent:
//   sip_sender --rate 20000 --seconds 10 --calls 10000 --caller 10.0.0.10:5060 --callee 10.0.0.20:5060
// It speaks for both sides, so that both addresses may be anybody's (IP_TRANSPARENT, needs root): the route
// must lead to whoever watches. Bounded in count (rate × seconds) and in time (twice the seconds, and one
// more).
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "base/result.h"
#include "call_traffic.h"
#include "sender.h"

namespace sipsonde::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint64_t rate = 20'000;  // messages a second
  std::uint64_t seconds = 10;
  std::uint64_t calls = 10'000;  // going on at once
  std::string caller = "10.61.1.10:5060";
  std::string callee = "10.61.1.20:5060";
};

struct Outcome {
  std::uint64_t wanted = 0, sent = 0;
  double seconds = 0, cpu_seconds = 0;
};

// Rounds go out when their time has come; one that is late goes at once.
Outcome send_calls(const Options& options, Sender& caller, Sender& callee) {
  const CallMessages messages(options.caller, options.callee,
                              1000 + static_cast<std::uint32_t>(getpid() % 9000));
  CallSchedule schedule(options.calls, options.rate * options.seconds / kStepCount);
  Outcome outcome{.wanted = schedule.messages()};
  const auto begin = Clock::now();
  const auto limit = begin + std::chrono::seconds(2 * options.seconds + 1);
  const double seconds_a_message = 1.0 / static_cast<double>(options.rate);
  std::uint64_t given = 0;
  const auto add = [&](Step step, std::uint64_t call) {
    Sender& side = from_caller(step) ? caller : callee;
    messages.of(step).append(side.bytes(), call);
    side.end_datagram();
    ++given;
  };
  while (Clock::now() < limit && schedule.next_round(add)) {
    outcome.sent += caller.flush() + callee.flush();
    const std::chrono::duration<double> due(static_cast<double>(given) * seconds_a_message);
    std::this_thread::sleep_until(begin + std::chrono::duration_cast<Clock::duration>(due));
  }
  outcome.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  outcome.cpu_seconds = cpu_seconds();
  return outcome;
}

Result<Outcome> run(const Options& options) {
  auto caller = Sender::open(options.caller, options.callee);
  if (!caller) return caller.error();
  auto callee = Sender::open(options.callee, options.caller);
  if (!callee) return callee.error();
  return send_calls(options, *caller, *callee);
}

}  // namespace
}  // namespace sipsonde::bench

int main(int argc, char** argv) {
  using namespace sipsonde::bench;
  Options options;
  CLI::App app{"Sends SIP calls at a given pace, for measuring"};
  app.add_option("--rate", options.rate, "messages a second")->check(CLI::Range(7, 1'000'000));
  app.add_option("--seconds", options.seconds, "how long")->check(CLI::Range(1, 600));
  app.add_option("--calls", options.calls, "calls going on at once")->check(CLI::Range(128, 1'000'000));
  app.add_option("--caller", options.caller, "address:port");
  app.add_option("--callee", options.callee, "address:port");
  CLI11_PARSE(app, argc, argv);

  const auto outcome = run(options);
  if (!outcome) {
    std::fprintf(stderr, "sip_sender: %s\n", outcome.error().message.c_str());
    return outcome.error().exit_code;
  }
  const Outcome& done = *outcome;
  std::printf("{\"wanted\": %llu, \"sent\": %llu, \"seconds\": %.3f, \"cpu_seconds\": %.3f}\n",
              static_cast<unsigned long long>(done.wanted), static_cast<unsigned long long>(done.sent),
              done.seconds, done.cpu_seconds);
  return 0;
}
