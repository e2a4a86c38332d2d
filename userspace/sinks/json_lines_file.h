// SPDX-License-Identifier: Apache-2.0
// One kind of fact as lines of JSON in a file: events.jsonl (docs/events.md) and cdr.jsonl (docs/cdr.md).
#pragma once

#include "facts/json.h"
#include "sinks/line_file.h"
#include "sinks/sink.h"

namespace sipsonde {

// `Kind` is an alternative of Fact that append_json() renders.
template <typename Kind>
class JsonLinesFile : public Sink {
 public:
  // `name` is a literal; the trunks of `context` outlive the sink.
  JsonLinesFile(std::string_view name, LineFile file, FactContext context)
      : name_(name), file_(std::move(file)), context_(std::move(context)) {}

  std::string_view name() const override { return name_; }
  bool takes(const Fact& fact) const override { return std::holds_alternative<Kind>(fact); }

  Result<std::size_t> write(std::span<const Fact> batch) override {
    if (auto flushed = file_.flush_when_large(); !flushed) return flushed.error();
    std::size_t lines = 0;
    for (const Fact& fact : batch) {
      const auto* statement = std::get_if<Kind>(&fact);
      if (!statement) continue;
      append_json(file_.buffer(), *statement, context_);
      file_.buffer().push_back('\n');
      ++lines;
    }
    return lines;
  }

  Result<Done> flush() override { return file_.flush(); }
  Result<Done> reopen() override { return file_.reopen(); }

 private:
  std::string_view name_;
  LineFile file_;
  FactContext context_;
};

using EventsFile = JsonLinesFile<CallEvent>;
using CdrFile = JsonLinesFile<CallRecord>;

}  // namespace sipsonde
