// SPDX-License-Identifier: Apache-2.0
// The keys of the block `kubernetes`, as part of the table in schema.h.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema.h"

namespace sipsonde {

std::span<const Key> kubernetes_keys();

// "voip", or "voip/app=kamailio,tier=edge". Exit code 2 when it is something else.
Result<PodSelector> parse_pod_selector(std::string_view text);
std::string to_text(const PodSelector& selector);

// What every pod is told of the API server (KUBERNETES_SERVICE_HOST and _PORT) as a URL; empty outside of
// one.
std::string api_server_of(const std::vector<std::string>& environment);

struct KubernetesComplaint {
  std::string_view path;
  std::string message;
};

// What holds only for the block as a whole.
std::optional<KubernetesComplaint> complaint_about(const KubernetesSettings& kubernetes);

}  // namespace sipsonde
