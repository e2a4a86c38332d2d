// SPDX-License-Identifier: Apache-2.0
// Sends calls at a given pace and says what it sent:
//   sip_sender --rate 20000 --seconds 10 --calls 10000 --caller 10.0.0.10:5060 --callee 10.0.0.20:5060
// It speaks for both sides, so that both addresses may be anybody's (IP_TRANSPARENT, needs root): the route
// must lead to whoever watches. Bounded in count (rate × seconds) and in time (twice the seconds, and one
// more).
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "call_traffic.h"

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

Result<sockaddr_in> address_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  int port = 0;
  if (colon != std::string::npos) port = std::atoi(text.c_str() + colon + 1);
  if (port < 1 || port > 65535 || inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1)
    return Error{"read address \"" + text + "\": give it as 10.0.0.1:5060", 2};
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

// One side of the calls: a socket with its address, connected to the other.
class Side {
 public:
  static Result<Side> open(const std::string& own, const std::string& other) {
    const auto from = address_of(own), to = address_of(other);
    if (!from) return from.error();
    if (!to) return to.error();
    FileDescriptor file{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    const int on = 1, buffer = 8 << 20;
    setsockopt(file.get(), SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
    setsockopt(file.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (setsockopt(file.get(), IPPROTO_IP, IP_TRANSPARENT, &on, sizeof on) ||
        bind(file.get(), reinterpret_cast<const sockaddr*>(&*from), sizeof *from) ||
        connect(file.get(), reinterpret_cast<const sockaddr*>(&*to), sizeof *to))
      return Error{"send from " + own + " to " + other + ": " + std::strerror(errno) + "; is there a route?"};
    return Side(std::move(file));
  }

  void add(const MessageTemplate& message, std::uint64_t call) {
    message.append(bytes_, call);
    ends_.push_back(bytes_.size());
  }

  // Sends what was added; returns how many messages the kernel took.
  std::uint64_t flush() {
    std::vector<iovec>& parts = parts_;
    parts.clear();
    for (std::size_t i = 0, begin = 0; i < ends_.size(); begin = ends_[i++])
      parts.push_back({bytes_.data() + begin, ends_[i] - begin});
    headers_.assign(parts.size(), mmsghdr{});
    for (std::size_t i = 0; i < parts.size(); ++i) {
      headers_[i].msg_hdr.msg_iov = &parts[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
    std::uint64_t sent = 0;
    while (sent < headers_.size()) {
      const int taken =
          sendmmsg(file_.get(), &headers_[sent], static_cast<unsigned>(headers_.size() - sent), 0);
      if (taken > 0) {
        sent += static_cast<std::uint64_t>(taken);
      } else if (errno != EINTR && errno != ENOBUFS) {
        break;
      }
    }
    bytes_.clear();
    ends_.clear();
    return sent;
  }

 private:
  explicit Side(FileDescriptor file) : file_(std::move(file)) {}

  FileDescriptor file_;
  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::vector<iovec> parts_;
  std::vector<mmsghdr> headers_;
};

struct Outcome {
  std::uint64_t wanted = 0, sent = 0;
  double seconds = 0, cpu_seconds = 0;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Rounds go out when their time has come; one that is late goes at once.
Outcome send_calls(const Options& options, Side& caller, Side& callee) {
  const CallMessages messages(options.caller, options.callee,
                              1000 + static_cast<std::uint32_t>(getpid() % 9000));
  CallSchedule schedule(options.calls, options.rate * options.seconds / kStepCount);
  Outcome outcome{.wanted = schedule.messages()};
  const auto begin = Clock::now();
  const auto limit = begin + std::chrono::seconds(2 * options.seconds + 1);
  const double seconds_a_message = 1.0 / static_cast<double>(options.rate);
  std::uint64_t given = 0;
  const auto add = [&](Step step, std::uint64_t call) {
    (from_caller(step) ? caller : callee).add(messages.of(step), call);
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
  auto caller = Side::open(options.caller, options.callee);
  if (!caller) return caller.error();
  auto callee = Side::open(options.callee, options.caller);
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
