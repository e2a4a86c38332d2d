// SPDX-License-Identifier: Apache-2.0
// Sequences of messages from a small alphabet, so that they meet: the call model must keep its sums whatever
// order, repetition and nonsense a network brings. Five bytes make a message.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "calls/call_table.h"

namespace sipsonde {
namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// Takes values off the front of the input; zeros once it is used up.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }
  unsigned byte() {
    if (bytes_.empty()) return 0;
    const unsigned first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

constexpr std::string_view kCallIds[] = {"one@192.0.2.1", "two@192.0.2.1", "three"};
constexpr std::string_view kTags[] = {"", "a", "b", "c"};
constexpr std::string_view kBranches[] = {"z9hG4bK-1", "z9hG4bK-2", "z9hG4bK-3", "z9hG4bK-4", "old", ""};
constexpr int kCodes[] = {0,   0,   0,   0,   100, 180, 183, 199, 200, 202, 302, 401, 407,
                          408, 422, 480, 481, 486, 487, 488, 491, 500, 503, 600, 603, 699};
constexpr std::string_view kBodies[] = {"", "v=0\r\nm=audio 1 RTP/AVP 0\r\na=sendonly\r\n",
                                        "v=0\r\nm=audio 1 RTP/AVP 0\r\n", "SIP/2.0 200 OK\r\n"};

Endpoint endpoint(unsigned last) {
  Endpoint endpoint;
  endpoint.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, static_cast<std::uint8_t>(last)};
  endpoint.port = 5060;
  return endpoint;
}

SipMessage message_of(Choices& choices) {
  SipMessage sip;
  const unsigned what = choices.byte(), who = choices.byte(), more = choices.byte();
  sip.code = kCodes[what % std::size(kCodes)];
  sip.is_request = sip.code == 0;
  sip.method = static_cast<sipsonde_method>(what / std::size(kCodes) * 5 % SIPSONDE_METHOD_COUNT + more % 2);
  if (sip.method >= SIPSONDE_METHOD_COUNT) sip.method = SIPSONDE_METHOD_other;
  sip.call_id = kCallIds[who % 3];
  sip.from.tag = kTags[who / 3 % 4];
  sip.to.tag = kTags[who / 12 % 4];
  sip.from.uri = "sip:1001@example.com";
  sip.to.uri = "sip:2002@example.com";
  sip.via = {"UDP", "192.0.2.1:5060", kBranches[who / 48 % 6]};
  sip.via_count = 1;
  sip.cseq = more % 4 + 1;
  if (more & 4) sip.session_expires = 90;
  if (more & 8) sip.refresher = more & 16 ? "uac" : "uas";
  if (more & 32) sip.rseq = more / 64;
  if (more & 64)
    sip.reasons[sip.reason_count++] = {more & 128 ? "SIP" : "Q.850", more & 1 ? 200 : 17, "text"};
  sip.body = kBodies[more / 4 % std::size(kBodies)];
  sip.refer_to.uri = more & 2 ? "sip:3003@example.com" : "";
  sip.event = more & 1 ? "refer" : "";
  sip.contact_expires = 60;
  return sip;
}

void take_and_check(CallTable& table, std::set<std::pair<std::string, std::uint32_t>>& open_rows) {
  const auto list = table.take_facts();
  if (!list) return;
  for (const Fact& fact : *list) {
    const auto* record = std::get_if<CallRecord>(&fact);
    if (!record) continue;
    require(!record->call_id.empty(), "a row has a Call-ID");
    require(record->disposition != Disposition::answered || !record->failure,
            "an answered leg has not failed");
    require(!record->end_ns || !record->start_ns || record->coverage != Coverage::full ||
                record->disposition.has_value(),
            "a leg seen to its end has a disposition");
    open_rows.insert({std::string(record->call_id), record->leg});
  }
}

void play(std::span<const std::uint8_t> input) {
  Settings settings;
  settings.limits.calls = 16;
  settings.limits.transactions = 1024;
  const Timebase timebase = Timebase::of_capture();
  Measures measures;
  const TrunkFinder trunks(settings.trunks);
  LinkTable links(settings.linking, settings.limits.calls, HashKey{});
  const CallSurroundings surroundings{.settings = settings,
                                      .timebase = timebase,
                                      .measures = measures,
                                      .trunks = &trunks,
                                      .links = &links};
  CallTable table(surroundings, 1);
  std::set<std::pair<std::string, std::uint32_t>> rows;
  std::uint64_t now_ns = 1'700'000'000'000'000'000;
  Choices choices(input);
  while (!choices.empty()) {
    const SipMessage sip = message_of(choices);
    const unsigned when = choices.byte(), where = choices.byte();
    now_ns += when < 200 ? when * 1'000'000ull : (when - 199) * 1'000'000'000ull;
    Sighting sighting;
    sighting.sip = &sip;
    sighting.time_ns = where & 64 ? now_ns - 20'000'000 : now_ns;
    sighting.source = endpoint(1 + where % 3);
    sighting.destination = endpoint(1 + where / 4 % 3);
    sighting.flow = where & 16 ? SIPSONDE_FLOW_egress : SIPSONDE_FLOW_ingress;
    sighting.interface = where & 32 ? 2 : 1;
    table.observe(sighting);
    if (where & 128) table.mark_lossy();
    require(table.gauges().active[0].load() >= 0, "no fewer calls than none are active");
    take_and_check(table, rows);
  }
  table.close(now_ns);
  take_and_check(table, rows);
  require(table.gauges().active[0].load() == 0, "no call is active when all are closed");
  require(table.gauges().dialogs.load() == 0, "no dialog is held when all are closed");
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sipsonde::play({data, size});
  return 0;
}
