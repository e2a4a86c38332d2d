// SPDX-License-Identifier: Apache-2.0
// Events of calls as log records (opentelemetry-proto, logs/v1), which name the span of their leg: a backend
// shows them beside it. Attributes are the fields of docs/events.md by the same names.
#pragma once

#include <cstdint>
#include <string>

#include "config/settings.h"
#include "facts/fact.h"
#include "otlp/attribute_writer.h"
#include "otlp/sampler.h"
#include "otlp/span_id.h"

namespace sipsonde {

class LogWriter {
 public:
  // The settings outlive this.
  explicit LogWriter(const Settings& settings);

  // Appends the event as a member of ScopeLogs, its tag and length in front. `observed_ns`: when this program
  // learned of it, as unix time.
  void append(std::string& scope_logs, const CallEvent& event, std::uint64_t observed_ns);

  // Whether somebody may want to look: its status is an error, as of a span, or nothing came that should
  // have.
  bool is_warning(const CallEvent& event) const;

 private:
  using Record = Writer<proto::LogRecord>;
  void add_identity(Record& record, const CallEvent& event);
  void add_message(Record& record, const CallEvent& event);
  void add_trace(Record& record, const CallEvent& event);

  const Settings& settings_;
  const SpanIds ids_;
  const Sampler sampler_;
  std::string key_;    // of an attribute that is put together
  std::string clean_;  // a text that had to be changed
};

}  // namespace sipsonde
