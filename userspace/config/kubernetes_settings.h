// SPDX-License-Identifier: Apache-2.0
// Whether the pods of this node are asked for, and which of them have their interfaces watched
// (docs/pods.md).
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace sipsonde {

// Pods of one namespace that have each of these labels, as in a NetworkPolicy's matchLabels.
struct PodSelector {
  std::string namespace_name;
  std::vector<std::pair<std::string, std::string>> labels;  // empty: all pods of the namespace

  friend bool operator==(const PodSelector&, const PodSelector&) = default;
};

struct KubernetesSettings {
  bool pods = false;  // facts name the pods whose addresses they have
  std::string api;    // URL of the API server; never empty with `pods` once settings are loaded
  std::string token_file = "/var/run/secrets/kubernetes.io/serviceaccount/token";
  std::string ca_file = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";  // PEM; empty: the system's
  std::chrono::seconds refresh{15};
  std::vector<PodSelector> interfaces_of;
  std::string node;  // this node's name in the cluster: NODE_NAME of the environment, else the setting `node`
};

}  // namespace sipsonde
