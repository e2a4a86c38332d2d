// SPDX-License-Identifier: Apache-2.0
#include "sinks/registry.h"

#include "sinks/events_kafka.h"
#include "sinks/hep_sink.h"
#include "sinks/json_lines_file.h"
#include "sinks/otlp_sink.h"
#include "sinks/store_sink.h"

namespace sipsonde {
namespace {

using MadeSink = Result<std::unique_ptr<Sink>>;  // null: not configured
using Maker = MadeSink (*)(const Settings&, const FactContext&, FileMode);

template <typename FileKind>
MadeSink make_file(std::string_view name, const std::optional<FileSink>& block, std::string_view key,
                   const FactContext& context, FileMode mode) {
  if (!block) return std::unique_ptr<Sink>{};
  auto file = LineFile::open(std::string(name), block->path, mode, block->rotate_bytes,
                             "give a path that can be written in " + std::string(key) + " or with -o");
  if (!file) return file.error();
  return std::unique_ptr<Sink>(std::make_unique<FileKind>(name, *std::move(file), context));
}

MadeSink make_events_file(const Settings& settings, const FactContext& context, FileMode mode) {
  return make_file<EventsFile>("events-file", settings.events_file, "events.file.path", context, mode);
}

MadeSink make_cdr_file(const Settings& settings, const FactContext& context, FileMode mode) {
  if (settings.cdr_file_reads_store()) return std::unique_ptr<Sink>{};  // cdr/file_receiver.h
  const auto make = settings.cdr_format == RowFormat::csv ? make_file<CsvCdrFile> : make_file<CdrFile>;
  return make("cdr-file", settings.cdr_file, "cdr.file.path", context, mode);
}

MadeSink make_store(const Settings& settings, const FactContext& context, FileMode /*mode*/) {
  if (!settings.store) return std::unique_ptr<Sink>{};
  auto writer = StoreWriter::open(*settings.store, context);
  if (!writer) return writer.error();
  return std::unique_ptr<Sink>(std::make_unique<StoreSink>(*std::move(writer), settings.store->messages));
}

// A replay has no network unless it is told to.
template <typename Pipeline>
MadeSink make_otlp(const Settings& settings, bool wanted, FileMode mode) {
  const bool replay = mode == FileMode::replace;
  if (!wanted || (replay && !settings.otlp.replay)) return std::unique_ptr<Sink>{};
  auto pipeline = Pipeline::open(settings);
  if (!pipeline) return pipeline.error();
  return std::unique_ptr<Sink>(
      std::make_unique<OtlpSink<Pipeline>>(*std::move(pipeline), settings.otlp.batch.queue));
}

MadeSink make_otlp_spans(const Settings& settings, const FactContext& /*context*/, FileMode mode) {
  return make_otlp<SpanPipeline>(settings, settings.otlp.enabled, mode);
}

MadeSink make_otlp_logs(const Settings& settings, const FactContext& /*context*/, FileMode mode) {
  return make_otlp<LogPipeline>(settings, settings.otlp.logs, mode);
}

// A replay tells nobody: what it plays was told when it happened.
MadeSink make_hep(const Settings& settings, const FactContext& context, FileMode mode) {
  if (!settings.hep.enabled || mode == FileMode::replace) return std::unique_ptr<Sink>{};
  return std::unique_ptr<Sink>(
      std::make_unique<HepSink>(settings.hep, context.node, make_hep_sender(settings.hep)));
}

MadeSink make_events_kafka(const Settings& settings, const FactContext& context, FileMode mode) {
  const KafkaSettings& kafka = settings.cdr_kafka;
  if (!kafka.sends_events() || mode == FileMode::replace) return std::unique_ptr<Sink>{};
  auto sink = EventsKafka::open([kafka] { return open_kafka_producer(kafka, kafka.events_topic); }, context);
  if (!sink) return sink.error();
  return std::unique_ptr<Sink>(*std::move(sink));
}

constexpr Maker kMakers[] = {
    make_hep, make_events_file, make_cdr_file, make_store, make_otlp_spans, make_otlp_logs, make_events_kafka,
};

}  // namespace

Result<std::vector<std::unique_ptr<Sink>>> make_sinks(const Settings& settings, const FactContext& context,
                                                      FileMode mode) {
  std::vector<std::unique_ptr<Sink>> sinks;
  for (const Maker make : kMakers) {
    auto sink = make(settings, context, mode);
    if (!sink) return sink.error();
    if (*sink) sinks.push_back(*std::move(sink));
  }
  return sinks;
}

}  // namespace sipsonde
