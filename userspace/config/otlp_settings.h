// SPDX-License-Identifier: Apache-2.0
// Where spans, logs and metrics go, and which (docs/otlp.md). The standard's own variables are read into the
// same fields: config/otel_variables.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sipsonde {

enum class OtlpProtocol : std::uint8_t { http_protobuf, grpc };
enum class OtlpCompression : std::uint8_t { none, gzip };

// The samplers of the OpenTelemetry specification; `parentbased_`: what the caller's traceparent says first.
enum class OtlpSampler : std::uint8_t {
  always_on,
  always_off,
  trace_id_ratio,
  parent_always_on,
  parent_always_off,
  parent_trace_id_ratio
};

// In the order in which they were given; names differ.
using NamedTexts = std::vector<std::pair<std::string, std::string>>;

struct OtlpBatching {
  std::chrono::milliseconds delay{5000};  // the longest that a span waits for others
  std::chrono::milliseconds timeout{30000};
  std::uint32_t queue = 0;   // facts that wait; 0: limits.queue
  std::uint32_t size = 512;  // spans of one request
};

struct SpanLimits {
  std::uint32_t attributes = 128;
  std::uint32_t events = 128;
  std::uint32_t links = 128;
};

struct OtlpSettings {
  bool enabled = false;                            // spans
  bool logs = false;                               // events as log records
  bool metrics = false;                            // a few, on an interval
  bool replay = false;                             // a replay sends spans and logs, too
  std::string endpoint = "http://localhost:4318";  // /v1/traces and its kin are added for HTTP
  std::string traces_endpoint;                     // as it is; empty: follows from endpoint
  std::string logs_endpoint;
  std::string metrics_endpoint;
  std::chrono::milliseconds metrics_interval{60000};
  OtlpProtocol protocol = OtlpProtocol::http_protobuf;
  NamedTexts headers;
  std::chrono::milliseconds timeout{10000};  // of one request
  OtlpCompression compression = OtlpCompression::none;
  bool insecure = false;           // of gRPC to an endpoint without a scheme
  std::string certificate;         // files in PEM; empty: the system's
  std::string client_certificate;  // empty: none
  std::string client_key;

  std::string service_name;  // empty: that of `resource`, else sipsonde
  NamedTexts resource;
  NamedTexts detected;  // of the environment, where `resource` does not say otherwise: k8s.*

  OtlpSampler sampler = OtlpSampler::parent_always_on;
  double sampler_ratio = 1.0;
  bool keep_failed = true;                // calls that no sampler chose
  std::chrono::milliseconds keep_slow{};  // set up slower than that; 0: none
  std::vector<std::uint16_t> error_status_except = {401, 407, 487};
  bool register_spans = false;
  bool options_spans = false;

  OtlpBatching batch;
  SpanLimits limits;

  bool sends_anything() const { return enabled || logs || metrics; }
};

}  // namespace sipsonde
