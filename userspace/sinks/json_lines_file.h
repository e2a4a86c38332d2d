// SPDX-License-Identifier: Apache-2.0
// One kind of fact as lines in a file: events.jsonl (docs/events.md), and cdr.jsonl or cdr.csv (docs/cdr.md).
#pragma once

#include "facts/csv.h"
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
      append_line(file_.buffer(), *statement);
      ++lines;
    }
    return lines;
  }

  Result<Done> flush() override { return file_.flush(); }
  Result<Done> reopen() override { return file_.reopen(); }

 protected:
  virtual void append_line(std::string& out, const Kind& statement) {
    append_json(out, statement, context_);
    out.push_back('\n');
  }
  const FactContext& context() const { return context_; }

 private:
  std::string_view name_;
  LineFile file_;
  FactContext context_;
};

using EventsFile = JsonLinesFile<CallEvent>;
using CdrFile = JsonLinesFile<CallRecord>;

// The same records, the same columns, as CSV.
class CsvCdrFile : public CdrFile {
 public:
  CsvCdrFile(std::string_view name, LineFile file, FactContext context)
      : CdrFile(name, with_header(std::move(file)), std::move(context)) {}

 protected:
  void append_line(std::string& out, const CallRecord& record) override {
    json_.clear();
    append_json(json_, record, context());
    append_csv(out, json_);
  }

 private:
  static LineFile with_header(LineFile file) {
    file.begin_with(csv_header());
    return file;
  }

  std::string json_;
};

}  // namespace sipsonde
