// SPDX-License-Identifier: Apache-2.0
// Sends RTP at a given pace and says what it sent:
//   rtp_sender --rate 100000 --seconds 10 --streams 2000 --source 10.0.0.10:20000
//   --destination 10.0.0.20:30000
// Streams are told apart by SSRC; each is PCMU in order. Bounded in count (rate × seconds) and in time (twice
// the seconds, and one more).
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "sender.h"

namespace sipsonde::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint64_t rate = 100'000;  // packets a second
  std::uint64_t seconds = 10;
  std::uint64_t streams = 2000;
  std::string source = "10.61.1.10:20000";
  std::string destination = "10.61.1.20:30000";
};

struct Outcome {
  std::uint64_t wanted = 0, sent = 0;
  double seconds = 0, cpu_seconds = 0;
};

void append_number(std::string& bytes, std::uint32_t number, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(number >> shift));
}

// RFC 3550 section 5.1, and 160 bytes of PCMU.
void append_packet(std::string& bytes, std::uint32_t ssrc, std::uint32_t number) {
  bytes.push_back('\x80');
  bytes.push_back('\0');
  append_number(bytes, number & 0xffff, 2);
  append_number(bytes, number * 160, 4);
  append_number(bytes, ssrc, 4);
  bytes.append(160, '\xff');
}

Outcome send_streams(const Options& options, Sender& sender) {
  constexpr std::uint64_t kBatch = 64;
  Outcome outcome{.wanted = options.rate * options.seconds};
  const auto ssrc = static_cast<std::uint32_t>(getpid()) << 12;
  const auto begin = Clock::now();
  const auto limit = begin + std::chrono::seconds(2 * options.seconds + 1);
  const double seconds_a_packet = 1.0 / static_cast<double>(options.rate);
  for (std::uint64_t given = 0; given < outcome.wanted && Clock::now() < limit;) {
    for (std::uint64_t i = 0; i < kBatch && given < outcome.wanted; ++i, ++given) {
      append_packet(sender.bytes(), ssrc + static_cast<std::uint32_t>(given % options.streams),
                    static_cast<std::uint32_t>(given / options.streams));
      sender.end_datagram();
    }
    outcome.sent += sender.flush();
    const std::chrono::duration<double> due(static_cast<double>(given) * seconds_a_packet);
    std::this_thread::sleep_until(begin + std::chrono::duration_cast<Clock::duration>(due));
  }
  outcome.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  outcome.cpu_seconds = cpu_seconds();
  return outcome;
}

}  // namespace
}  // namespace sipsonde::bench

int main(int argc, char** argv) {
  using namespace sipsonde::bench;
  Options options;
  CLI::App app{"Sends RTP streams at a given pace, for measuring"};
  app.add_option("--rate", options.rate, "packets a second")->check(CLI::Range(1, 2'000'000));
  app.add_option("--seconds", options.seconds, "how long")->check(CLI::Range(1, 600));
  app.add_option("--streams", options.streams, "streams at once")->check(CLI::Range(1, 1'000'000));
  app.add_option("--source", options.source, "address:port");
  app.add_option("--destination", options.destination, "address:port");
  CLI11_PARSE(app, argc, argv);

  auto sender = Sender::open(options.source, options.destination);
  if (!sender) {
    std::fprintf(stderr, "rtp_sender: %s\n", sender.error().message.c_str());
    return sender.error().exit_code;
  }
  const Outcome done = send_streams(options, *sender);
  std::printf("{\"wanted\": %llu, \"sent\": %llu, \"seconds\": %.3f, \"cpu_seconds\": %.3f}\n",
              static_cast<unsigned long long>(done.wanted), static_cast<unsigned long long>(done.sent),
              done.seconds, done.cpu_seconds);
  return 0;
}
