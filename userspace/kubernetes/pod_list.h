// SPDX-License-Identifier: Apache-2.0
// The answer to GET /api/v1/pods: a v1 PodList as JSON. Labels and annotations in it are whatever the owner
// of a pod wrote, so what is not asked for is read over and kept nowhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kubernetes/pod.h"

namespace sipsonde {

struct PodPage {
  std::vector<Pod> pods;
  std::string continue_token;  // asks for the next page; empty: this was the last
};

inline constexpr std::size_t kPodsMax = 2048;           // of a node, where Kubernetes itself supports 110
inline constexpr std::size_t kPodLabelsMax = 64;        // more are not looked at
inline constexpr std::size_t kPodAddressesMax = 8;      // more are not looked at
inline constexpr std::size_t kContinueLongest = 16384;  // of a token

// What an answer that is none says: the `message` of a v1 Status; empty when it is something else.
std::string status_message(std::string_view json);

// Left out are pods that share the node's addresses (hostNetwork), that have ended and whose addresses may be
// another's by now, that have no address yet, and such as no API server would have taken.
Result<PodPage> parse_pod_list(std::string_view json);

}  // namespace sipsonde
