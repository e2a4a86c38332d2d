// SPDX-License-Identifier: Apache-2.0
// How a request reaches the receiver, and what came of it (OTLP specification, "OTLP/gRPC" and "OTLP/HTTP").
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/otlp_settings.h"

namespace sipsonde {

// Each has a path over HTTP and a service over gRPC.
enum class OtlpSignal : std::uint8_t { traces, logs, metrics };

enum class ExportOutcome : std::uint8_t {
  taken,    // all of it, or all but `rejected`
  later,    // nothing of it; the same again is welcome
  refused,  // nothing of it, and the same again would be refused, too
};

struct ExportReply {
  ExportOutcome outcome = ExportOutcome::taken;
  std::uint64_t rejected = 0;  // spans, log records or data points of a request that was taken for the rest
  std::string message;         // what the receiver says, or why it could not be reached
  std::optional<std::chrono::milliseconds> retry_after;  // what the receiver asks for
};

// To one signal. Used by one thread. `stop_at` may come nearer while a request waits.
class Exporter {
 public:
  virtual ~Exporter() = default;
  // An Export…ServiceRequest of its signal. Waits for its answer, at most as long as the settings say.
  virtual ExportReply send(std::string_view request) = 0;
  // Connections are made anew, certificates read again.
  virtual void reopen() = 0;
  // From any thread: nothing waits beyond this time.
  virtual void stop_by(std::chrono::steady_clock::time_point deadline) = 0;
};

// Over HTTP: libcurl.
Result<std::unique_ptr<Exporter>> make_http_exporter(const OtlpSettings& settings, OtlpSignal signal);
// Over gRPC; an error with exit code 2 in a build without it.
Result<std::unique_ptr<Exporter>> make_grpc_exporter(const OtlpSettings& settings, OtlpSignal signal);
// Over what the settings ask for. Errors are those of the settings: exit code 2.
Result<std::unique_ptr<Exporter>> make_exporter(const OtlpSettings& settings, OtlpSignal signal);

// The URL that the settings have for this signal alone; empty: it follows from `endpoint`.
const std::string& endpoint_of(const OtlpSettings& settings, OtlpSignal signal);

// The time that one request may take.
std::chrono::milliseconds request_timeout_of(const OtlpSettings& settings);

}  // namespace sipsonde
