// SPDX-License-Identifier: Apache-2.0
// From events to log records on their way out (docs/otlp.md). Used by one thread, but for what says
// otherwise.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/result.h"
#include "config/settings.h"
#include "facts/fact.h"
#include "otlp/batches.h"
#include "otlp/log_writer.h"

namespace sipsonde {

class LogPipeline : public Batches {
 public:
  using UnixClock = std::function<std::uint64_t()>;  // nanoseconds

  // With the exporter that the settings ask for. Errors are those of the settings: exit code 2.
  static Result<std::unique_ptr<LogPipeline>> open(const Settings& settings);

  LogPipeline(const Settings& settings, std::unique_ptr<Exporter> exporter, Clock clock,
              UnixClock unix_clock);

  // From any thread: whether take() makes something of it.
  bool takes(const Fact& fact) const { return std::holds_alternative<CallEvent>(fact); }

  // Takes all of them and returns how many records that made; what makes a full batch leaves before, and an
  // error means that it could not, and that nothing of these facts was taken.
  Result<std::size_t> take(std::span<const Fact> facts);

 private:
  const Settings settings_;
  const UnixClock unix_clock_;
  LogWriter writer_;
};

}  // namespace sipsonde
