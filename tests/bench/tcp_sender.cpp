// SPDX-License-Identifier: Apache-2.0
// Sends calls over TCP connections that are open, at a given pace, and says what it sent:
//   tcp_sender --rate 50000 --seconds 10 --calls 10000 --connection 3:4 --connection 5:6
// A connection is the two descriptors of its ends, the caller's first: this program speaks for both sides and
// reads what arrives. Bounded in count (rate × seconds) and in time (twice the seconds, and one more).
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "call_traffic.h"
#include "sender.h"

namespace sipsonde::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint64_t rate = 50'000;  // messages a second
  std::uint64_t seconds = 10;
  std::uint64_t calls = 10'000;  // going on at once
  std::vector<std::string> connections;
};

// One end: what it still has to send, and what it reads and forgets.
class End {
 public:
  explicit End(int file) : file_(file) {}

  std::string& bytes() { return bytes_; }
  bool is_done() const { return sent_ == bytes_.size(); }
  std::uint64_t received() const { return received_; }

  void read() {
    char buffer[65536];
    for (;;) {
      const ssize_t taken = recv(file_, buffer, sizeof buffer, MSG_DONTWAIT);
      if (taken <= 0) return;
      received_ += static_cast<std::uint64_t>(taken);
    }
  }
  // False when the connection is broken.
  bool write() {
    if (is_done()) return true;
    const ssize_t taken =
        send(file_, bytes_.data() + sent_, bytes_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken < 0) return errno == EAGAIN || errno == EINTR;
    sent_ += static_cast<std::size_t>(taken);
    total_ += static_cast<std::uint64_t>(taken);
    if (is_done()) {
      bytes_.clear();
      sent_ = 0;
    }
    return true;
  }
  std::uint64_t total() const { return total_; }

 private:
  int file_;
  std::string bytes_;
  std::size_t sent_ = 0;
  std::uint64_t total_ = 0, received_ = 0;
};

struct Connection {
  End caller, callee;
};

Connection connection_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  return {End(std::atoi(text.c_str())), End(std::atoi(text.c_str() + (colon + 1)))};
}

// Until everything that was added is on its way. False when a connection broke or the time is over.
bool flush(std::vector<Connection>& connections, Clock::time_point limit) {
  for (bool done = false; !done;) {
    done = true;
    for (Connection& each : connections) {
      if (!each.caller.write() || !each.callee.write()) return false;
      each.caller.read();
      each.callee.read();
      done = done && each.caller.is_done() && each.callee.is_done();
    }
    if (Clock::now() > limit) return false;
  }
  return true;
}

// What one end sent, the other has read.
bool has_arrived(const std::vector<Connection>& connections) {
  for (const Connection& each : connections)
    if (each.caller.total() != each.callee.received() || each.callee.total() != each.caller.received())
      return false;
  return true;
}

struct Outcome {
  std::uint64_t wanted = 0, sent = 0, bytes = 0;
  double seconds = 0, cpu_seconds = 0;
};

Outcome send_calls(const Options& options, std::vector<Connection>& connections) {
  const CallMessages messages("10.61.1.1:5060", "10.61.1.2:5060",
                              1000 + static_cast<std::uint32_t>(getpid() % 9000));
  CallSchedule schedule(options.calls, options.rate * options.seconds / kStepCount);
  Outcome outcome{.wanted = schedule.messages()};
  const auto begin = Clock::now();
  const auto limit = begin + std::chrono::seconds(2 * options.seconds + 1);
  const double seconds_a_message = 1.0 / static_cast<double>(options.rate);
  std::uint64_t given = 0;
  const auto add = [&](Step step, std::uint64_t call) {
    Connection& road = connections[call % connections.size()];
    messages.of(step).append((from_caller(step) ? road.caller : road.callee).bytes(), call);
    ++given;
  };
  while (Clock::now() < limit && schedule.next_round(add)) {
    if (!flush(connections, limit)) break;
    outcome.sent = given;
    const std::chrono::duration<double> due(static_cast<double>(given) * seconds_a_message);
    std::this_thread::sleep_until(begin + std::chrono::duration_cast<Clock::duration>(due));
  }
  while (!has_arrived(connections) && Clock::now() < limit) flush(connections, limit);
  outcome.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  outcome.cpu_seconds = cpu_seconds();
  for (const Connection& each : connections) outcome.bytes += each.caller.total() + each.callee.total();
  return outcome;
}

}  // namespace
}  // namespace sipsonde::bench

int main(int argc, char** argv) {
  using namespace sipsonde::bench;
  Options options;
  CLI::App app{"Sends SIP calls over TCP at a given pace, for measuring"};
  app.add_option("--rate", options.rate, "messages a second")->check(CLI::Range(7, 1'000'000));
  app.add_option("--seconds", options.seconds, "how long")->check(CLI::Range(1, 600));
  app.add_option("--calls", options.calls, "calls going on at once")->check(CLI::Range(128, 1'000'000));
  app.add_option("--connection", options.connections, "two descriptors, the caller's first")->required();
  CLI11_PARSE(app, argc, argv);

  std::vector<Connection> connections;
  for (const std::string& text : options.connections) connections.push_back(connection_of(text));
  const Outcome done = send_calls(options, connections);
  std::printf(
      "{\"wanted\": %llu, \"sent\": %llu, \"bytes\": %llu, \"seconds\": %.3f, \"cpu_seconds\": %.3f}\n",
      static_cast<unsigned long long>(done.wanted), static_cast<unsigned long long>(done.sent),
      static_cast<unsigned long long>(done.bytes), done.seconds, done.cpu_seconds);
  return 0;
}
