// SPDX-License-Identifier: Apache-2.0
// The thread that lists the pods of this node again and again. Whatever becomes of the API server, the last
// list stays and nobody waits: a log line says when it fails and when it is back.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "config/kubernetes_settings.h"
#include "kubernetes/pod_directory.h"
#include "kubernetes/pod_lister.h"
#include "kubernetes/pod_selection.h"

namespace sipsonde {

class PodWatch {
 public:
  // `settings` and `directory` outlive it. Exit code 2 when the token or the authorities cannot be read.
  static Result<std::unique_ptr<PodWatch>> start(const KubernetesSettings& settings, PodDirectory& directory);
  ~PodWatch();  // does not wait for an answer
  PodWatch(const PodWatch&) = delete;
  PodWatch& operator=(const PodWatch&) = delete;

  // From any thread: lists that came, and such as did not.
  std::uint64_t listed() const { return listed_.load(std::memory_order_relaxed); }
  std::uint64_t failed() const { return failed_.load(std::memory_order_relaxed); }

  // From one thread: the pods of kubernetes.interfaces_of, once after each list; nullopt when there was none
  // since.
  std::optional<std::vector<SelectedPod>> take_selected();

 private:
  PodWatch(const KubernetesSettings& settings, PodDirectory& directory, PodLister lister);

  // The thread.
  void run();
  bool look();  // false: it failed
  void note_failure(const std::string& message);
  void note_success();
  // False when it is over.
  bool wait_for(std::chrono::milliseconds pause);

  const KubernetesSettings& settings_;
  PodDirectory& directory_;
  PodLister lister_;
  std::atomic<std::uint64_t> listed_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::optional<std::chrono::steady_clock::time_point> fails_since_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_over_ = false;
  std::optional<std::vector<SelectedPod>> selected_;
  std::thread thread_;  // last: runs on all of the above
};

}  // namespace sipsonde
