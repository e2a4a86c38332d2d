// SPDX-License-Identifier: Apache-2.0
// Which calls are sent. A sampler decides by the trace alone, so that every node and every other part of the
// same trace decides alike (head sampling); what became of the call may still keep it, since its spans leave
// when it is over.
#pragma once

#include <cstdint>
#include <optional>

#include "config/otlp_settings.h"
#include "facts/fact.h"
#include "facts/trace_context.h"

namespace sipsonde {

class Sampler {
 public:
  explicit Sampler(const OtlpSettings& settings);

  // `parent`: what the caller's traceparent says, if there was one.
  bool takes_trace(const TraceId& trace_id, const std::optional<TraceContext>& parent) const;

  // Of a call that is over and not taken by its trace: it failed, by what its status says, or was slow.
  bool keeps(const CallRecord& record, bool failed) const;

 private:
  bool takes_part(const TraceId& trace_id) const;

  OtlpSampler kind_;
  std::uint64_t bound_;  // of the 63 random bits of a trace id
  bool keep_failed_;
  std::uint64_t slow_ns_;  // 0: slow or not is no matter
};

}  // namespace sipsonde
