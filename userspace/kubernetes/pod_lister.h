// SPDX-License-Identifier: Apache-2.0
// Asks the API server of Kubernetes for the pods of this node, with a service account that may list pods
// (docs/pods.md).
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "base/http_client.h"
#include "base/result.h"
#include "config/kubernetes_settings.h"
#include "kubernetes/pod.h"

namespace sipsonde {

// One thread, but for stop_by().
class PodLister {
 public:
  static constexpr std::size_t kAnswerLongest = 32 << 20;  // a pod has about 10 KB, a node 110 of them
  static constexpr unsigned kPagesMax = 64;

  // Does not ask yet. Exit code 2 when the token or the authorities cannot be read.
  static Result<PodLister> open(const KubernetesSettings& settings);

  // All pods of this node that have a network of their own, or why it was not told.
  Result<std::vector<Pod>> list();

  void stop_by(std::chrono::steady_clock::time_point deadline) { http_->stop_by(deadline); }

 private:
  PodLister(const KubernetesSettings& settings, std::unique_ptr<HttpClient> http);
  Result<std::string> authorization() const;

  const std::string first_page_;  // its URL
  const std::string next_page_;   // the same without what follows `continue=`
  const std::string token_file_;  // empty: no token is sent
  std::unique_ptr<HttpClient> http_;
};

}  // namespace sipsonde
