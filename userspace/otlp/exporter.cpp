// SPDX-License-Identifier: Apache-2.0
#include "otlp/exporter.h"

#include <algorithm>

#include "otlp/credential_files.h"

namespace sipsonde {

const std::string& endpoint_of(const OtlpSettings& settings, OtlpSignal signal) {
  switch (signal) {
    case OtlpSignal::logs:
      return settings.logs_endpoint;
    case OtlpSignal::metrics:
      return settings.metrics_endpoint;
    case OtlpSignal::traces:
      break;
  }
  return settings.traces_endpoint;
}

std::chrono::milliseconds request_timeout_of(const OtlpSettings& settings) {
  return std::min(settings.timeout, settings.batch.timeout);
}

Result<std::unique_ptr<Exporter>> make_exporter(const OtlpSettings& settings, OtlpSignal signal) {
  if (auto files = read_credential_files(settings); !files) return files.error();
  return settings.protocol == OtlpProtocol::grpc ? make_grpc_exporter(settings, signal)
                                                 : make_http_exporter(settings, signal);
}

}  // namespace sipsonde
