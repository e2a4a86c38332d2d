// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_watch.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <random>
#include <utility>

#include "base/capabilities.h"
#include "base/timebase.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPause = 1s;  // after a failure; doubled each time, up to the setting

}  // namespace

Result<std::unique_ptr<PodWatch>> PodWatch::start(const KubernetesSettings& settings,
                                                  PodDirectory& directory) {
  auto lister = PodLister::open(settings);
  if (!lister) return lister.error();
  return std::unique_ptr<PodWatch>(new PodWatch(settings, directory, std::move(*lister)));
}

PodWatch::PodWatch(const KubernetesSettings& settings, PodDirectory& directory, PodLister lister)
    : settings_(settings), directory_(directory), lister_(std::move(lister)), thread_([this] { run(); }) {}

PodWatch::~PodWatch() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  lister_.stop_by(Clock::now());
  wake_.notify_one();
  thread_.join();
}

std::optional<std::vector<SelectedPod>> PodWatch::take_selected() {
  const std::lock_guard lock(mutex_);
  return std::exchange(selected_, std::nullopt);
}

// ---- the thread ----

void PodWatch::run() {
  keep_capabilities(capabilities_of_sinks());  // the token's file may be another user's
  std::minstd_rand random{std::random_device{}()};
  milliseconds after_failure = kFirstPause;
  for (;;) {
    milliseconds pause = settings_.refresh;
    if (look()) {
      after_failure = kFirstPause;
    } else {
      pause = std::min<milliseconds>(after_failure, settings_.refresh);
      after_failure *= 2;
    }
    after_failure = std::min<milliseconds>(after_failure, settings_.refresh);
    // A tenth of it off, at random, so that nodes which began together do not ask together.
    if (!wait_for(pause - pause * static_cast<int>(random() % 128) / 1280)) return;
  }
}

bool PodWatch::look() {
  const auto pods = lister_.list();
  if (!pods) {
    failed_.fetch_add(1, std::memory_order_relaxed);
    note_failure(pods.error().message);
    return false;
  }
  listed_.fetch_add(1, std::memory_order_relaxed);
  note_success();
  directory_.publish(PodTable::after(*directory_.table(), *pods, unix_ns()));
  if (settings_.interfaces_of.empty()) return true;
  auto selected = select_pods(*pods, settings_.interfaces_of);
  const std::lock_guard lock(mutex_);
  selected_ = std::move(selected);
  return true;
}

void PodWatch::note_failure(const std::string& message) {
  const std::lock_guard lock(mutex_);
  if (is_over_ || fails_since_) return;
  fails_since_ = Clock::now();
  spdlog::warn("kubernetes: list the pods of {}: {}; what was known of them is kept", settings_.node,
               message);
}

void PodWatch::note_success() {
  const bool is_first = listed_.load(std::memory_order_relaxed) == 1;
  if (const auto since = std::exchange(fails_since_, std::nullopt)) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - *since).count();
    spdlog::info("kubernetes: the pods of {} are listed{} after {} s", settings_.node,
                 is_first ? "" : " again", seconds);
  } else if (is_first) {
    spdlog::info("kubernetes: the pods of {} are listed", settings_.node);
  }
}

bool PodWatch::wait_for(milliseconds pause) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, pause, [this] { return is_over_; });
}

}  // namespace sipsonde
