// SPDX-License-Identifier: Apache-2.0
// The environment variables of the OpenTelemetry specification that say something of the three signals, and
// of the resource. Each is another way to give a key of this program: over the file, below SIPSONDE_*. A
// variable that is empty is not set; what is said of one signal alone wins over what is said of all signals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/document.h"
#include "config/otlp_settings.h"

namespace sipsonde {

struct OtelValue {
  std::string variable;   // "OTEL_EXPORTER_OTLP_HEADERS"
  std::string_view path;  // "otlp.headers"
  YamlNode node;          // as the key takes it
};

// In the order in which they are to be taken: later wins. Errors name the variable.
Result<std::vector<OtelValue>> otel_values(const std::vector<std::string>& environment);

// k8s.* attributes by the variables that a pod is given (downward API): K8S_POD_NAME and POD_NAME, ….
NamedTexts kubernetes_attributes(const std::vector<std::string>& environment);

}  // namespace sipsonde
