// SPDX-License-Identifier: Apache-2.0
// The API's service as a function of plain requests, before a small real store.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/routes.h"
#include "unit/registrations/registrar.h"
#include "unit/store/store_stage.h"

namespace sipsonde::test {

// Answers whoever asks for legs, as a worker would; `answer` gives them.
class InquiryDesk {
 public:
  explicit InquiryDesk(std::function<LegsSeen(const LegsAsked&)> answer)
      : answer_(std::move(answer)), thread_([this] { serve(); }) {}
  ~InquiryDesk() {
    stop_ = true;
    thread_.join();
  }
  LegInquiry& inquiry() { return inquiry_; }

 private:
  void serve() {
    while (!stop_) {
      if (inquiry_.is_waiting())
        if (const auto asked = inquiry_.take()) inquiry_.answer(answer_(*asked));
      std::this_thread::yield();
    }
    inquiry_.close();
  }
  std::function<LegsSeen(const LegsAsked&)> answer_;
  LegInquiry inquiry_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

inline std::uint64_t hook_clock() {
  return kStart_ns + kSecond_ns;
}
inline std::uint64_t wall_clock() {
  return kNoon_ns + 42;
}

struct ApiStage {
  explicit ApiStage(std::string_view token = "") : access(token) {}

  // The same store as the agent would have; `writer` is its sink.
  void switch_store_on() {
    writer = stage.open();
    store = std::make_unique<CallStore>(stage.path());
    surroundings.store = store.get();
  }
  void commit() { ASSERT_TRUE(succeeds(writer->commit())); }

  HttpResponse ask(const HttpRequest& request) {
    const HttpService service = api_service(surroundings);
    const auto at_once = service.at_once(request);
    waited = !at_once;
    return at_once ? *at_once : service.later(request);
  }
  HttpResponse get(const std::string& path, const std::string& query = "") {
    return ask({.method = "GET", .path = path, .query = query, .body = "", .headers = headers});
  }
  HttpResponse post(const std::string& path, const std::string& body) {
    return ask({.method = "POST", .path = path, .query = "", .body = body, .headers = headers});
  }

  StoreStage stage;
  std::unique_ptr<StoreWriter> writer;
  std::unique_ptr<CallStore> store;
  ApiAccess access;
  Readiness readiness{Phase::ready};
  MetricsPage page{false};
  Watcher watcher;
  AdminRequests requests;
  std::vector<std::pair<std::string, std::string>> headers;
  bool waited = false;  // the last answer was one of those that do not come at once
  ApiSurroundings surroundings{.access = access,
                               .readiness = readiness,
                               .metrics = page,
                               .registrations = watcher.table,
                               .requests = requests,
                               .inquiries = {},
                               .facts = {&stage.trunks, stage.node},
                               .started_ns = hook_clock() - 90 * kSecond_ns,
                               .hook_now_ns = hook_clock,
                               .unix_now_ns = wall_clock};
};

}  // namespace sipsonde::test
