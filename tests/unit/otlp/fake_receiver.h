// SPDX-License-Identifier: Apache-2.0
// A receiver in this process, and the way to it.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "otlp/exporter.h"

namespace sipsonde {

// Answers as it was told, and takes everything when it was told nothing.
class FakeReceiver {
 public:
  std::deque<ExportReply> replies;
  std::vector<std::string> requests;
  int reopened = 0;
  std::vector<std::string> taken;
};

class FakeExporter : public Exporter {
 public:
  explicit FakeExporter(FakeReceiver& receiver) : receiver_(receiver) {}
  ExportReply send(std::string_view request) override {
    receiver_.requests.emplace_back(request);
    ExportReply reply;
    if (!receiver_.replies.empty()) {
      reply = receiver_.replies.front();
      receiver_.replies.pop_front();
    }
    if (reply.outcome == ExportOutcome::taken) receiver_.taken.emplace_back(request);
    return reply;
  }
  void reopen() override { ++receiver_.reopened; }
  void stop_by(std::chrono::steady_clock::time_point) override {}

 private:
  FakeReceiver& receiver_;
};

}  // namespace sipsonde
