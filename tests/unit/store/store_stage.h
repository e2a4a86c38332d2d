// SPDX-License-Identifier: Apache-2.0
// A store in a directory of its own, written with a clock that the test turns, and facts to put into it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "store/database.h"
#include "store/reader.h"
#include "store/writer.h"
#include "unit/sinks/temporary_directory.h"

namespace sipsonde {

inline constexpr std::uint64_t kSecond_ns = 1'000'000'000;
inline constexpr std::uint64_t kDay_ns = 86'400 * kSecond_ns;
inline constexpr std::uint64_t kNoon_ns = 1'772'366'400 * kSecond_ns;  // 2026-03-01T12:00:00Z
inline constexpr StoreDay kFirstDay = 20'513;                          // of kNoon_ns

inline Endpoint endpoint_at(std::uint8_t last, std::uint16_t port = 5060) {
  Endpoint endpoint;
  endpoint.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last};
  endpoint.port = port;
  return endpoint;
}

// Every commit is synced to disk; where the disk is memory that takes no time.
inline std::filesystem::path quick_disk() {
  const char* const memory = "/dev/shm";
  return ::access(memory, W_OK) == 0 ? std::filesystem::path(memory) : std::filesystem::temp_directory_path();
}

struct StoreStage {
  TemporaryDirectory directory{quick_disk()};
  TrunkTable trunks = {TrunkRule{.name = "carrier-a", .tenant = "acme", .account_id = "acme-1"},
                       TrunkRule{.name = "default"}};
  std::string node = "edge-1";
  std::uint64_t now_ns = kNoon_ns;

  std::string path() const { return directory.file("store"); }
  std::string file(StoreDay day = kFirstDay) const { return path_of(path(), day); }

  std::unique_ptr<StoreWriter> open() {
    StoreSettings settings;
    settings.path = path();
    auto writer = StoreWriter::open(settings, FactContext{&trunks, node}, [this] { return now_ns; });
    if (writer) return std::move(*writer);
    ADD_FAILURE() << writer.error().message;
    return nullptr;
  }

  // The first number that a query gives.
  std::int64_t ask(const std::string& query, StoreDay day = kFirstDay) const {
    auto database = Database::open(file(day), Access::read);
    if (!database) return -1;
    const auto number = database->number(query);
    return number ? *number : -1;
  }
};

inline CallEvent event_at(EventName name, std::string_view call_id, std::optional<std::uint32_t> leg,
                          std::uint64_t time_ns) {
  CallEvent event;
  event.time_ns = time_ns;
  event.call_id = call_id;
  event.leg = leg;
  event.event = name;
  event.method = SIPSONDE_METHOD_invite;
  event.source = endpoint_at(1);
  event.destination = endpoint_at(2);
  return event;
}

inline CallEvent response_at(EventName name, std::uint16_t code, std::string_view call_id, std::uint32_t leg,
                             std::uint64_t time_ns) {
  CallEvent event = event_at(name, call_id, leg, time_ns);
  event.code = code;
  std::swap(event.source, event.destination);
  return event;
}

// What an answered leg states when it is answered.
inline void add_answer(StoreWriter& writer, std::string_view call_id, std::uint32_t leg,
                       std::uint64_t start_ns) {
  static constexpr Attribute kAttributes[] = {
      {"from", "sip:+4930123@a.example"}, {"to", "sip:bob@b.example;user=phone"}, {"user_agent", "phone/1"}};
  CallEvent invite = event_at(EventName::invite, call_id, leg, start_ns);
  invite.attributes = kAttributes;
  writer.add(invite);
  writer.add(response_at(EventName::ringing, 180, call_id, leg, start_ns + kSecond_ns));
  writer.add(response_at(EventName::answered, 200, call_id, leg, start_ns + 3 * kSecond_ns));
}

inline CallRecord answered_record(std::string_view call_id, std::uint32_t leg, std::uint64_t start_ns,
                                  std::uint64_t end_ns) {
  CallRecord record;
  record.call_id = call_id;
  record.leg = leg;
  record.from_number = "+4930123";
  record.to_number = "bob";
  record.from_uri = "sip:+4930123@a.example";
  record.to_uri = "sip:bob@b.example;user=phone";
  record.user_agent = "phone/1";
  record.source = endpoint_at(1);
  record.destination = endpoint_at(2);
  record.start_ns = start_ns;
  record.ringing_ns = start_ns + kSecond_ns;
  record.answer_ns = start_ns + 3 * kSecond_ns;
  record.end_ns = end_ns;
  record.disposition = Disposition::answered;
  record.sip_status = 200;
  return record;
}

// As an agent states it that saw only the end, the BYE being sent by `by`.
inline CallRecord rest_of_call(std::string_view call_id, std::uint64_t end_ns, Endpoint by, Endpoint to) {
  CallRecord record;
  record.call_id = call_id;
  record.source = by;
  record.destination = to;
  record.end_ns = end_ns;
  record.disposition = Disposition::answered;
  record.disconnect_initiator = Initiator::caller;
  record.q850_cause = 16;
  record.hangup_cause = "NORMAL_CLEARING";
  record.coverage = Coverage::cut;
  return record;
}

inline std::string line_of(const CallRecord& record, const StoreStage& stage) {
  std::string line;
  append_json(line, record, FactContext{&stage.trunks, stage.node});
  return line;
}

// True when it succeeded; the reason is told.
template <typename T>
testing::AssertionResult succeeds(const Result<T>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure() << result.error().message;
}

}  // namespace sipsonde
