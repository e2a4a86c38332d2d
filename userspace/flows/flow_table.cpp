// SPDX-License-Identifier: Apache-2.0
#include "flows/flow_table.h"

#include <algorithm>
#include <list>
#include <utility>

#include "flows/connection.h"
#include "flows/connection_reader.h"
#include "flows/connections.h"
#include "flows/segment_order.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;

// A retransmission comes after 1 s at the latest when it was the first (RFC 6298 sections 2.1 and 2.4).
constexpr std::uint64_t kHoleNs = 2 * kSecondNs;
// For segments that are on their way when both ends have closed.
constexpr std::uint64_t kClosingNs = 2 * kSecondNs;
constexpr std::uint64_t kUnprovenNs = 60 * kSecondNs;
// Keep-alives pass every two minutes (RFC 5626 section 4.4.1), TCP's own every two hours, if at all.
constexpr std::uint64_t kSilentNs = 3 * 3600 * kSecondNs;

// So much without a start line is no SIP, whatever began it.
constexpr std::uint64_t kHopelessBytes = 1 << 20;

std::uint64_t lifetime_ns(Standing standing) {
  switch (standing) {
    case Standing::closing:
      return kClosingNs;
    case Standing::unproven:
      return kUnprovenNs;
    case Standing::proven:
      return kSilentNs;
  }
  return kSilentNs;
}

Standing standing_of(sipsonde_flow_judgement judgement) {
  return judgement == SIPSONDE_FLOW_JUDGED_sip ? Standing::proven : Standing::unproven;
}

bool is_past(std::uint64_t since_ns, std::uint64_t length_ns, std::uint64_t now_ns) {
  return now_ns >= since_ns && now_ns - since_ns >= length_ns;
}

Segment segment_of(const sipsonde_event& head, const sipsonde_segment_note& note, std::string_view data) {
  return {.time_ns = head.time_ns,
          .sequence = note.sequence,
          .flags = note.flags,
          .data = data,
          .wire_bytes = std::max(head.wire_len, static_cast<std::uint32_t>(data.size()))};
}

}  // namespace

struct FlowTable::State {
  State(std::uint64_t limit, OnMessage message, OnJudgement judgement)
      : limit_bytes(limit), on_judgement(std::move(judgement)), reader(std::move(message)) {}

  void observe(const sipsonde_event& head, const sipsonde_segment_note& note, std::string_view data);
  Connection* find_or_open(const sipsonde_event& head, const sipsonde_segment_note& note,
                           const Segment& segment);
  void take_note(Connection& connection, const sipsonde_segment_note& note);
  SegmentResult take_segment(Connection& connection, const sipsonde_event& head, const Segment& segment);
  Stream* stream_of(Connection& connection, const sipsonde_event& head, const Segment& segment);
  void note_end(Connection& connection, const Segment& segment, SegmentResult result);

  void settle(Connection& connection, Stream& stream);
  void judge(Connection& connection, sipsonde_flow_judgement judgement);

  void charge_all(Connection& connection);
  void stand(Connection& connection);

  void watch(Connection& connection, Stream& stream);
  void unwatch(Stream& stream);
  void give_up_holes(std::uint64_t now_ns);

  void forget(Connection& connection);
  void drop(std::unique_ptr<Stream>& stream);
  void evict();

  std::uint64_t limit_bytes;
  OnJudgement on_judgement;
  std::list<HoleWatch> watches;  // in the order in which they are due
  Connections connections;
  ConnectionReader reader;
};

// ---- a segment ----

void FlowTable::State::observe(const sipsonde_event& head, const sipsonde_segment_note& note,
                               std::string_view data) {
  const Segment segment = segment_of(head, note, data);
  Connection* connection = find_or_open(head, note, segment);
  if (!connection)
    return reader.counts().add(segment.wire_bytes == 0 ? SegmentResult::empty : SegmentResult::ignored);
  take_note(*connection, note);
  connections.touch(*connection, head.time_ns);
  const SegmentResult result = take_segment(*connection, head, segment);
  reader.counts().add(result);
  note_end(*connection, segment, result);
  evict();
}

Connection* FlowTable::State::find_or_open(const sipsonde_event& head, const sipsonde_segment_note& note,
                                           const Segment& segment) {
  const ConnectionKey key = connection_key(head);
  const unsigned way = way_of(head);
  const bool is_syn = segment.flags & SIPSONDE_TCP_SYN;
  Connection* known = connections.find(key);
  if (known && is_syn && known->is_another(way, segment.sequence)) {
    reader.read_out(*known);
    forget(*known);
    known = nullptr;
  }
  const bool is_wanted =
      note.judgement == SIPSONDE_FLOW_JUDGED_candidate || note.judgement == SIPSONDE_FLOW_JUDGED_sip;
  if (!known && (!is_wanted || (!is_syn && segment.wire_bytes == 0))) return nullptr;
  if (!known) known = &connections.open(key, head.time_ns);
  if (is_syn) known->syn_sequence[way] = segment.sequence;
  return known;
}

// What the kernel knows, and does not know yet: its entry may have given way and be a new one.
void FlowTable::State::take_note(Connection& connection, const sipsonde_segment_note& note) {
  connection.slot = note.flow_slot;
  connection.slot_key = note.flow_key;
  if (connection.judgement == SIPSONDE_FLOW_JUDGED_candidate) {
    if (note.judgement != SIPSONDE_FLOW_JUDGED_sip) return;
    connection.judgement = SIPSONDE_FLOW_JUDGED_sip;
    stand(connection);
  } else if (note.judgement == SIPSONDE_FLOW_JUDGED_candidate) {
    on_judgement(connection.slot, connection.slot_key, connection.judgement);
  }
}

SegmentResult FlowTable::State::take_segment(Connection& connection, const sipsonde_event& head,
                                             const Segment& segment) {
  const bool is_ignored = connection.judgement == SIPSONDE_FLOW_JUDGED_other;
  Stream* stream = is_ignored ? nullptr : stream_of(connection, head, segment);
  if (!stream) return segment.wire_bytes == 0 ? SegmentResult::empty : SegmentResult::ignored;
  stream->head = head;
  const SegmentResult result = stream->order.observe(segment);
  reader.read(connection, *stream);
  settle(connection, *stream);
  return result;
}

// nullptr while it has no data.
Stream* FlowTable::State::stream_of(Connection& connection, const sipsonde_event& head,
                                    const Segment& segment) {
  const unsigned way = way_of(head);
  auto& stream = connection.streams[way][head.flow % SIPSONDE_FLOW_COUNT];
  bool is_joined = !connection.syn_sequence[way];
  if (stream && stream->order.is_far(segment)) {
    reader.read_out(connection, *stream);
    drop(stream);
    is_joined = true;
  }
  if (stream || segment.wire_bytes == 0) return stream.get();
  stream = reader.open_stream(connection, way, is_joined);
  if (!is_joined) stream->order.begin_at(*connection.syn_sequence[way] + 1);
  return stream.get();
}

void FlowTable::State::note_end(Connection& connection, const Segment& segment, SegmentResult result) {
  const bool was_closing = connection.standing == Standing::closing;
  const bool is_over = segment.flags & SIPSONDE_TCP_RST || connection.has_ended();
  if (is_over && !was_closing) {
    connections.move(connection, Standing::closing, segment.time_ns);
  } else if (!is_over && was_closing && result == SegmentResult::in_order) {
    // One way is still open, or the reset was not one that its receiver believed (RFC 5961 section 3).
    connections.move(connection, standing_of(connection.judgement), segment.time_ns);
  }
}

// ---- a stream ----

// After something of it was read.
void FlowTable::State::settle(Connection& connection, Stream& stream) {
  using Finding = StreamReader::Finding;
  connections.charge(stream);
  if (connection.upgrade.accepted) charge_all(connection);  // one may have let another go on
  watch(connection, stream);
  if (connection.judgement == SIPSONDE_FLOW_JUDGED_candidate) {
    const Finding finding = stream.reader.finding();
    if (finding == Finding::sip) judge(connection, SIPSONDE_FLOW_JUDGED_sip);
    if (finding == Finding::other) judge(connection, SIPSONDE_FLOW_JUDGED_other);
  } else if (stream.reader.passed_over_bytes() > kHopelessBytes) {
    judge(connection, SIPSONDE_FLOW_JUDGED_other);
  }
}

void FlowTable::State::judge(Connection& connection, sipsonde_flow_judgement judgement) {
  connection.judgement = judgement;
  stand(connection);
  on_judgement(connection.slot, connection.slot_key, judgement);
  if (judgement == SIPSONDE_FLOW_JUDGED_sip) return;
  for (auto& sights : connection.streams)
    for (auto& stream : sights) drop(stream);
}

void FlowTable::State::charge_all(Connection& connection) {
  for (auto& sights : connection.streams)
    for (auto& stream : sights)
      if (stream) connections.charge(*stream);
}

// What is closing stays so.
void FlowTable::State::stand(Connection& connection) {
  if (connection.standing == Standing::closing) return;
  connections.move(connection, standing_of(connection.judgement), connection.since_ns);
}

// ---- holes ----

void FlowTable::State::watch(Connection& connection, Stream& stream) {
  if (stream.watch || !stream.order.is_waiting()) return;
  const std::uint64_t due_ns = stream.order.waiting_since_ns() + kHoleNs;
  stream.watch = watches.insert(watches.end(), HoleWatch{due_ns, &connection, &stream});
}

void FlowTable::State::unwatch(Stream& stream) {
  if (stream.watch) watches.erase(*stream.watch);
  stream.watch.reset();
}

void FlowTable::State::give_up_holes(std::uint64_t now_ns) {
  while (!watches.empty() && watches.front().due_ns <= now_ns) {
    const HoleWatch watched = watches.front();
    Stream& stream = *watched.stream;
    unwatch(stream);
    if (stream.order.is_waiting() && is_past(stream.order.waiting_since_ns(), kHoleNs, now_ns)) {
      stream.order.give_up_hole();
      reader.read(*watched.connection, stream);
    }
    settle(*watched.connection, stream);
  }
}

// ---- the end ----

void FlowTable::State::forget(Connection& connection) {
  for (auto& sights : connection.streams)
    for (auto& stream : sights)
      if (stream) unwatch(*stream);
  connections.erase(connection);
}

void FlowTable::State::drop(std::unique_ptr<Stream>& stream) {
  if (!stream) return;
  unwatch(*stream);
  connections.discharge(*stream);
  stream.reset();
}

void FlowTable::State::evict() {
  while (connections.used_bytes() > limit_bytes) {
    Connection* connection = connections.least();
    if (!connection) return;
    if (connection->standing != Standing::closing) reader.counts().add(StreamBreak::evicted);
    forget(*connection);
  }
}

FlowTable::FlowTable(std::uint64_t limit_bytes, OnMessage on_message, OnJudgement on_judgement)
    : state_(std::make_unique<State>(limit_bytes, std::move(on_message), std::move(on_judgement))) {}

FlowTable::~FlowTable() = default;

void FlowTable::observe(const sipsonde_event& head, const sipsonde_segment_note& note,
                        std::string_view data) {
  advance(head.time_ns);
  state_->observe(head, note, data);
}

void FlowTable::advance(std::uint64_t now_ns) {
  state_->give_up_holes(now_ns);
  for (const Standing standing : {Standing::closing, Standing::unproven, Standing::proven}) {
    for (Connection* oldest = state_->connections.oldest(standing);
         oldest && is_past(oldest->since_ns, lifetime_ns(standing), now_ns);
         oldest = state_->connections.oldest(standing)) {
      state_->reader.read_out(*oldest);
      state_->forget(*oldest);
    }
  }
}

void FlowTable::close() {
  while (Connection* connection = state_->connections.least()) {
    state_->reader.read_out(*connection);
    state_->forget(*connection);
  }
}

std::uint64_t FlowTable::count(SegmentResult result) const {
  return state_->reader.counts().of(result);
}

std::uint64_t FlowTable::count(StreamBreak reason) const {
  return state_->reader.counts().of(reason);
}

std::uint64_t FlowTable::connections() const {
  return state_->connections.count();
}

std::uint64_t FlowTable::memory_bytes() const {
  return state_->connections.used_bytes();
}

}  // namespace sipsonde
