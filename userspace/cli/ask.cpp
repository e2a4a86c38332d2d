// SPDX-License-Identifier: Apache-2.0
#include "cli/ask.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "base/file_descriptor.h"
#include "cli/calls_command.h"
#include "cli/status_command.h"
#include "cli/story_files.h"
#include "cli/terminal.h"
#include "cli/top_command.h"
#include "cli/trace_command.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

Result<ApiClient> client_of(const AgentAddress& access) {
  const char* const token = std::getenv("SIPSONDE_API_TOKEN");
  return ApiClient::open(access, token == nullptr ? "" : token);
}

AskApi asking(ApiClient& client) {
  return [&client](const std::string& target) { return client.get(target); };
}

// Ctrl-C, read where we wait, so that the screen is left as it was found.
class Seconds {
 public:
  Seconds() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = FileDescriptor{signalfd(-1, &set, SFD_CLOEXEC)};
  }

  // False when a signal came first.
  bool next() {
    next_ = std::max(next_ + 1s, Clock::now());
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next_ - Clock::now());
    pollfd waiting{signals_.get(), POLLIN, 0};
    return poll(&waiting, 1, static_cast<int>(left.count()) + 1) == 0;
  }

 private:
  FileDescriptor signals_;
  Clock::time_point next_ = Clock::now();
};

}  // namespace

Result<Done> ask_for(const TraceOptions& options) {
  if (options.files) {
    const auto files = story_files(*options.files, options.call_id);
    if (!files) return files.error();
    return trace_command(options, *files, standard_output(), std::cout);
  }
  auto client = client_of(options.api);
  if (!client) return client.error();
  return trace_command(options, asking(*client), standard_output(), std::cout);
}

Result<Done> ask_for(const CallsOptions& options) {
  auto client = client_of(options.api);
  if (!client) return client.error();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return calls_command(options, asking(*client), standard_output(), now_ms, std::cout, std::cerr);
}

Result<Done> ask_for(const TopOptions& options) {
  auto client = client_of(options.api);
  if (!client) return client.error();
  Seconds seconds;
  return top_command(
      options, asking(*client), standard_output(), [&seconds] { return seconds.next(); }, std::cout);
}

Result<Done> ask_for(const StatusOptions& options) {
  auto client = client_of(options.api);
  if (!client) return client.error();
  return status_command(options, asking(*client), client->url(), std::cout);
}

}  // namespace sipsonde
