// SPDX-License-Identifier: Apache-2.0
// Spans as bytes of an ExportTraceServiceRequest (opentelemetry-proto, collector/trace/v1). Whatever bytes a
// header held, texts are valid UTF-8, as proto3 wants: a byte that is not becomes U+FFFD.
#pragma once

#include <string>

#include "config/otlp_settings.h"
#include "otlp/span.h"

namespace sipsonde {

class SpanWriter {
 public:
  explicit SpanWriter(SpanLimits limits) : limits_(limits) {}

  // Appends the span as a member of ScopeSpans, its tag and length in front. What is over a limit is counted
  // in the span's dropped_*_count.
  void append(std::string& scope_spans, const Span& span);

 private:
  SpanLimits limits_;
  std::string clean_;  // a text that had to be changed
};

}  // namespace sipsonde
