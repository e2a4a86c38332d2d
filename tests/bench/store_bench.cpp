// SPDX-License-Identifier: Apache-2.0
// What the store costs the thread that writes it, in CPU time: calls as call_traffic.h makes them, each with
// nine events and a record, answered in one transaction and ended in a later one; with or without its seven
// messages. A transaction is what comes in four tenths of a second at 5000 events a second. The disk is that
// of the temporary folder.
#include <benchmark/benchmark.h>
#include <time.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "facts/fact.h"
#include "store/writer.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kBeginNs = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z
constexpr std::uint64_t kSecondNs = 1'000'000'000;
constexpr int kEventsACall = 9;
constexpr int kMessagesACall = 7;
constexpr int kCallsATransaction = 224;
constexpr int kTransactionsBetween = 25;  // a call lasts ten seconds
constexpr double kEventsASecond = 5000;
constexpr std::size_t kBytesAMessage = 800;

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Endpoint endpoint_at(std::uint8_t last) {
  Endpoint endpoint;
  endpoint.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last};
  endpoint.port = 5060;
  return endpoint;
}

class StoredCalls {
 public:
  StoredCalls(StoreWriter& writer, bool messages) : writer_(writer), messages_(messages) {}

  void answer(std::uint64_t call) {
    static constexpr Attribute kInvite[] = {{"from", "sip:+4930901820@carrier.example.com"},
                                            {"to", "sip:+442079460123@pbx.example.com;user=phone"},
                                            {"user_agent", "Example SBC 7.2.1"}};
    name(call);
    state(EventName::invite, std::nullopt, 0, kInvite);
    state(EventName::trying, 100, 1);
    state(EventName::ringing, 180, 2);
    state(EventName::answered, 200, 3);
    pass(4);
  }

  void end(std::uint64_t call) {
    static constexpr Attribute kBye[] = {
        {"by", "remote"}, {"initiator", "caller"}, {"reason_class", "normal"}};
    static constexpr Attribute kMedia[] = {{"way", "sent"},       {"ssrc", "305419896"}, {"codec", "PCMU"},
                                           {"packets", "500"},    {"bytes", "86000"},    {"lost", "0"},
                                           {"jitter_ms", "1.25"}, {"mos", "4.41"},       {"source", "rtp"}};
    name(call);
    state(EventName::ack, std::nullopt, 4);
    state(EventName::media_started, std::nullopt, 5, kMedia);
    state(EventName::bye, std::nullopt, 14, kBye);
    state(EventName::terminated, 200, 15);
    state(EventName::media_ended, std::nullopt, 15, kMedia);
    record();
    pass(kMessagesACall - 4);
  }

 private:
  void name(std::uint64_t call) {
    char text[48];
    std::snprintf(text, sizeof text, "%016llx@sbc-1.carrier.example.com",
                  static_cast<unsigned long long>(call * 0x9e3779b97f4a7c15ull));
    call_id_ = text;
    begin_ns_ = kBeginNs + call * 1'000'000;
  }

  void state(EventName name, std::optional<std::uint16_t> code, std::uint64_t second,
             Attributes attributes = {}) {
    CallEvent event;
    event.time_ns = begin_ns_ + second * kSecondNs;
    event.call_id = call_id_;
    event.leg = 0;
    event.event = name;
    event.method = SIPSONDE_METHOD_invite;
    event.code = code;
    if (code) event.reason = "OK";
    event.source = endpoint_at(code ? 2 : 1);
    event.destination = endpoint_at(code ? 1 : 2);
    event.attributes = attributes;
    writer_.add(event);
  }

  void record() {
    const MediaRecord streams[] = {{.way = MediaWay::sent, .ssrc = 1, .packets = 500, .bytes = 86'000},
                                   {.way = MediaWay::received, .ssrc = 2, .packets = 500, .bytes = 86'000}};
    CallRecord record;
    record.call_id = call_id_;
    record.from_number = "+4930901820";
    record.to_number = "+442079460123";
    record.from_uri = "sip:+4930901820@carrier.example.com";
    record.to_uri = "sip:+442079460123@pbx.example.com;user=phone";
    record.user_agent = "Example SBC 7.2.1";
    record.source = endpoint_at(1);
    record.destination = endpoint_at(2);
    record.start_ns = begin_ns_;
    record.answer_ns = begin_ns_ + 3 * kSecondNs;
    record.end_ns = begin_ns_ + 14 * kSecondNs;
    record.disposition = Disposition::answered;
    record.sip_status = 200;
    record.packets_sent = record.packets_received = 500;
    record.media = streams;
    writer_.add(record);
  }

  // Messages of one call differ in little but their first line.
  void pass(int messages) {
    if (!messages_) return;
    for (int i = 0; i < messages; ++i) {
      text_ = "SIP/2.0 200 OK\r\nCall-ID: " + call_id_ + "\r\nCSeq: " + std::to_string(i) + " INVITE\r\n";
      for (int line = 0; text_.size() < kBytesAMessage; ++line)
        text_ +=
            "Via: SIP/2.0/UDP 192.0.2." + std::to_string(line) + ":5060;branch=z9hG4bK" + call_id_ + "\r\n";
      writer_.add(Message{.time_ns = begin_ns_,
                          .bytes = text_,
                          .call_id = call_id_,
                          .source = endpoint_at(1),
                          .destination = endpoint_at(2)});
    }
  }

  StoreWriter& writer_;
  const bool messages_;
  std::string text_;
  std::string call_id_;
  std::uint64_t begin_ns_ = 0;
};

// CPU time a message, an event and a leg; `cores` is the share of a core at 5000 events a second.
void store_calls(benchmark::State& state) {
  std::string folder = (std::filesystem::temp_directory_path() / "sipsonde-bench-XXXXXX").string();
  if (!mkdtemp(folder.data())) return state.SkipWithError("no temporary folder");
  const TrunkTable trunks = {TrunkRule{.name = "default"}};
  StoreSettings settings;
  settings.path = folder + "/store";
  {
    auto writer = StoreWriter::open(settings, FactContext{&trunks, "edge-1"});
    if (!writer) return state.SkipWithError(writer.error().message.c_str());
    StoredCalls calls(**writer, state.range(0));
    std::uint64_t begun = 0, ended = 0;
    int transactions = 0;
    for (auto _ : state) {
      const double before = thread_cpu_seconds();
      for (int i = 0; i < kCallsATransaction; ++i) calls.answer(begun++);
      if (++transactions > kTransactionsBetween)
        for (int i = 0; i < kCallsATransaction; ++i) calls.end(ended++);
      if (auto committed = (*writer)->commit(); !committed)
        return state.SkipWithError(committed.error().message.c_str());
      state.SetIterationTime(thread_cpu_seconds() - before);
    }
    // What lies between the two halves of a call is the same at the start and at the end.
    const auto whole = static_cast<double>(ended);
    using benchmark::Counter;
    const auto kPerCall = Counter::kIsRate | Counter::kInvert;
    state.counters["s/message"] = Counter(whole * kMessagesACall, kPerCall);
    state.counters["s/event"] = Counter(whole * kEventsACall, kPerCall);
    state.counters["s/leg"] = Counter(whole, kPerCall);
    state.counters["events/s"] = Counter(whole * kEventsACall, Counter::kIsRate);
    state.counters["cores"] = Counter(whole * kEventsACall / kEventsASecond, kPerCall);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}
BENCHMARK(store_calls)
    ->ArgName("messages")
    ->Arg(0)
    ->Arg(1)
    ->UseManualTime()
    ->Iterations(375)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sipsonde
