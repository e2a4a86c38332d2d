// SPDX-License-Identifier: Apache-2.0
#include "otlp/sampler.h"

namespace sipsonde {
namespace {

// The lower 8 bytes but their lowest bit, compared with a part of 2^63: as the SDKs of OpenTelemetry do it.
constexpr double kTraces = 9223372036854775808.0;

std::uint64_t random_part_of(const TraceId& trace_id) {
  std::uint64_t part = 0;
  for (std::size_t i = 8; i < trace_id.size(); ++i) part = part << 8 | trace_id[i];
  return part >> 1;
}

std::uint64_t bound_of(double ratio) {
  return ratio >= 1 ? UINT64_MAX : static_cast<std::uint64_t>(ratio * kTraces);
}

}  // namespace

Sampler::Sampler(const OtlpSettings& settings)
    : kind_(settings.sampler),
      bound_(bound_of(settings.sampler_ratio)),
      keep_failed_(settings.keep_failed),
      slow_ns_(static_cast<std::uint64_t>(settings.keep_slow.count()) * 1'000'000) {}

bool Sampler::takes_trace(const TraceId& trace_id, const std::optional<TraceContext>& parent) const {
  switch (kind_) {
    case OtlpSampler::always_on:
      return true;
    case OtlpSampler::always_off:
      return false;
    case OtlpSampler::trace_id_ratio:
      return takes_part(trace_id);
    case OtlpSampler::parent_always_on:
      return parent ? parent->sampled : true;
    case OtlpSampler::parent_always_off:
      return parent ? parent->sampled : false;
    case OtlpSampler::parent_trace_id_ratio:
      return parent ? parent->sampled : takes_part(trace_id);
  }
  return true;
}

bool Sampler::takes_part(const TraceId& trace_id) const {
  return random_part_of(trace_id) < bound_;
}

bool Sampler::keeps(const CallRecord& record, bool failed) const {
  if (keep_failed_ && failed) return true;
  if (slow_ns_ == 0 || !record.start_ns) return false;
  const auto set_up_ns = record.answer_ns ? record.answer_ns : record.end_ns;
  return set_up_ns && *set_up_ns > *record.start_ns && *set_up_ns - *record.start_ns > slow_ns_;
}

}  // namespace sipsonde
