// SPDX-License-Identifier: Apache-2.0
#include "otlp/log_pipeline.h"

#include "base/timebase.h"

namespace sipsonde {

Result<std::unique_ptr<LogPipeline>> LogPipeline::open(const Settings& settings) {
  auto exporter = make_exporter(settings.otlp, OtlpSignal::logs);
  if (!exporter) return exporter.error();
  return std::make_unique<LogPipeline>(
      settings, *std::move(exporter), [] { return std::chrono::steady_clock::now(); }, unix_ns);
}

LogPipeline::LogPipeline(const Settings& settings, std::unique_ptr<Exporter> exporter, Clock clock,
                         UnixClock unix_clock)
    : Batches(settings, "log records", std::move(exporter), std::move(clock)),
      settings_(settings),
      unix_clock_(std::move(unix_clock)),
      writer_(settings_) {}

Result<std::size_t> LogPipeline::take(std::span<const Fact> facts) {
  if (auto sent = send_full(); !sent) return sent.error();
  const std::uint64_t now = unix_clock_();
  std::size_t made = 0;
  for (const Fact& fact : facts) {
    const auto* const event = std::get_if<CallEvent>(&fact);
    if (!event) continue;
    writer_.append(next_item(), *event, now);
    ++made;
  }
  return made;
}

}  // namespace sipsonde
