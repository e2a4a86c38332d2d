// SPDX-License-Identifier: Apache-2.0
#include "worker.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/capabilities.h"
#include "decode/sip_message.h"
#include "media/stream_reports.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

// Between polls. A wake-up for each sample would cost the kernel more than the sample itself, and a shorter
// pause would cost us more than the samples it finds; a ring holds 180 ms of 100 k messages a second.
constexpr auto kPause = 1ms;

// Other CPUs may still be putting samples of this time into the ring: timers wait so long for them.
constexpr std::uint64_t kGraceNs = 20'000'000;

constexpr unsigned kSamplesAClockReading = 16;

Endpoint endpoint_of(const __u8 (&address)[16], std::uint16_t port) {
  Endpoint endpoint;
  std::copy(std::begin(address), std::end(address), endpoint.address.begin());
  endpoint.port = port;
  return endpoint;
}

Sighting sighting_of(const sipsonde_event& head, const SipMessage& message) {
  return Sighting{.sip = &message,
                  .time_ns = head.time_ns,
                  .source = endpoint_of(head.src_addr, head.src_port),
                  .destination = endpoint_of(head.dst_addr, head.dst_port),
                  .flow = static_cast<sipsonde_flow>(head.flow),
                  .transport = static_cast<sipsonde_transport>(head.transport),
                  .interface = head.ifindex,
                  .vlan_id = head.vlan_id,
                  .tunnel = std::to_array(head.tunnel),
                  .call_hash = head.call_hash};
}

Message message_of(const sipsonde_event& head, std::string_view payload, std::string_view call_id) {
  return Message{.time_ns = head.time_ns,
                 .bytes = payload,
                 .call_id = call_id,
                 .source = endpoint_of(head.src_addr, head.src_port),
                 .destination = endpoint_of(head.dst_addr, head.dst_port),
                 .transport = static_cast<sipsonde_transport>(head.transport),
                 .vlan_id = head.vlan_id};
}

MediaSighting media_sighting_of(const sipsonde_event& head) {
  return MediaSighting{.time_ns = head.time_ns,
                       .source = endpoint_of(head.src_addr, head.src_port),
                       .destination = endpoint_of(head.dst_addr, head.dst_port),
                       .flow = static_cast<sipsonde_flow>(head.flow),
                       .interface = head.ifindex};
}

// Of one worker's fragments, and as much again of its streams.
std::uint64_t reassembly_bytes(const WorkerSurroundings& surroundings) {
  return surroundings.calls.settings.limits.reassembly_bytes / surroundings.probe.workers() / 2;
}

// Takes a note of the kernel off the front of a payload; false when it is too short for one.
template <typename Note>
bool take_note(std::string_view& payload, Note& note) {
  if (payload.size() < sizeof note) return false;
  std::memcpy(&note, payload.data(), sizeof note);
  payload.remove_prefix(sizeof note);
  return true;
}

}  // namespace

Result<std::unique_ptr<Worker>> Worker::open(unsigned number, const WorkerSurroundings& surroundings,
                                             LegScript* script) {
  auto finisher = Finisher::with(surroundings.finishing);
  if (!finisher) return finisher.error();
  std::unique_ptr<Worker> worker(new Worker(number, surroundings, script, std::move(*finisher)));
  auto ring = SampleRing::open(surroundings.probe.ring_fd(number),
                               [self = worker.get()](const Sample& sample) { self->handle(sample); });
  if (!ring) return ring.error();
  worker->ring_ = std::move(*ring);
  return worker;
}

Worker::Worker(unsigned number, const WorkerSurroundings& surroundings, LegScript* script, Finisher finisher)
    : number_(number),
      surroundings_(surroundings),
      wishes_(surroundings.sinks.wishes()),
      calls_(surroundings.calls, surroundings.probe.workers(), script),
      finisher_(std::move(finisher)),
      fragments_(reassembly_bytes(surroundings),
                 [this](const Datagram& datagram) { handle_datagram(datagram); }),
      flows_(
          reassembly_bytes(surroundings), [this](const Datagram& message) { handle_datagram(message); },
          [&probe = surroundings.probe](std::uint32_t slot, std::uint64_t key,
                                        sipsonde_flow_judgement judgement) {
            probe.judge_flow(slot, key, judgement);
          }) {}

void Worker::run(const std::atomic<bool>& stop) {
  keep_capabilities(capabilities_of_workers());
  while (!stop.load(std::memory_order_relaxed)) {
    turns_.store(turns_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    const std::uint64_t before = monotonic_ns();
    drain(before);
    // Behind the ring: whatever was in it at `before` has been handled.
    calls_.advance(before - kGraceNs);
    fragments_.advance(before - kGraceNs);
    flows_.advance(before - kGraceNs);
    publish(before - kGraceNs);
    if (inquiry_.is_waiting()) answer_inquiry();
    std::this_thread::sleep_for(kPause);
  }
  inquiry_.close();
  drain(monotonic_ns());
  flows_
      .close();  // while the rings of others, whose messages these may be, are still to be drained by close()
}

void Worker::step(std::uint64_t now_ns) {
  drain(UINT64_MAX);
  calls_.advance(now_ns);
  fragments_.advance(now_ns);
  flows_.advance(now_ns);
  publish(now_ns);
}

void Worker::close(std::uint64_t now_ns) {
  drain(now_ns);
  flows_.close();
  calls_.close(now_ns);
  publish(now_ns);
}

void Worker::drain(std::uint64_t until_ns) {
  handled_at_ns_ = monotonic_ns();
  ring_->drain(until_ns);
  note_losses();
}

void Worker::handle(const Sample& sample) {
  if (++since_clock_ == kSamplesAClockReading) {
    since_clock_ = 0;
    handled_at_ns_ = monotonic_ns();
  }
  // What was put together elsewhere has the time of where it was seen.
  if (sample.head.path == SIPSONDE_PATH_packet)
    lag_.observe(handled_at_ns_ > sample.head.time_ns ? (handled_at_ns_ - sample.head.time_ns) / 1000 : 0);
  switch (sample.head.kind) {
    case SIPSONDE_KIND_sip:
      return handle_message(sample.head, sample.payload);
    case SIPSONDE_KIND_fragment:
      return fragments_.observe(sample.head, sample.payload);
    case SIPSONDE_KIND_segment:
      return handle_segment(sample.head, sample.payload);
    case SIPSONDE_KIND_stream:
    case SIPSONDE_KIND_rtcp:
    case SIPSONDE_KIND_dtls:
      return handle_media(sample.head, sample.payload);
    default:
      return;
  }
}

void Worker::handle_media(const sipsonde_event& head, std::string_view payload) {
  const MediaSighting sighting = media_sighting_of(head);
  if (head.kind == SIPSONDE_KIND_dtls) return calls_.observe_dtls(sighting, payload);
  if (head.kind == SIPSONDE_KIND_stream) {
    if (sipsonde_stream_note note; take_note(payload, note)) calls_.observe_stream(sighting, note);
    return;
  }
  if (sipsonde_rtcp_note note; take_note(payload, note))
    calls_.observe_rtcp(sighting, note, payload, head.flags & SIPSONDE_EVENT_TRUNCATED);
}

void Worker::handle_message(const sipsonde_event& head, std::string_view payload) {
  if (head.judgement == SIPSONDE_JUDGED_malformed) return;  // counted by the kernel; moves no call
  SipMessage message;
  const Framing framing = head.transport == SIPSONDE_TRANSPORT_tcp ? Framing::stream : Framing::datagram;
  const sipsonde_malformed broken =
      decode_sip(payload, head.flags & SIPSONDE_EVENT_TRUNCATED, message, framing);
  if (broken != SIPSONDE_MALFORMED_none) {
    surroundings_.malformed.count(broken);
    if (wishes_.messages) calls_.state(message_of(head, payload, message.call_id));
    return;
  }
  // A bound kept the kernel from the Call-ID: the message came to us by chance.
  if (head.flags & SIPSONDE_EVENT_DEFERRED && head.call_hash == 0) {
    const std::uint32_t hash = surroundings_.probe.call_hash(message.call_id);
    if (surroundings_.probe.worker_of(hash) != number_) return pass_on(head, payload, hash);
  }
  calls_.observe(sighting_of(head, message));
  if (wishes_.messages) calls_.state(message_of(head, payload, message.call_id));
}

void Worker::handle_segment(const sipsonde_event& head, std::string_view payload) {
  if (sipsonde_segment_note note; take_note(payload, note)) flows_.observe(head, note, payload);
}

// The kernel judges and counts it like any other; then it goes to the worker of its call.
void Worker::handle_datagram(const Datagram& datagram) {
  sipsonde_hand_back message{};
  message.head = datagram.head;
  message.payload = reinterpret_cast<std::uint64_t>(datagram.payload.data());
  message.slot = number_;
  message.operation = SIPSONDE_HAND_BACK_COUNT;
  if (!surroundings_.probe.hand_back(message)) return;
  if (message.head.call_hash && surroundings_.probe.worker_of(message.head.call_hash) != number_)
    pass_on(message.head, datagram.payload, message.head.call_hash);
  else
    handle_message(message.head, datagram.payload);
}

// A full ring refuses it, as it would have refused it from the kernel: counted there, and its worker knows.
void Worker::pass_on(const sipsonde_event& head, std::string_view payload, std::uint32_t call_hash) {
  sipsonde_hand_back message{};
  message.head = head;
  message.head.call_hash = call_hash;
  message.payload = reinterpret_cast<std::uint64_t>(payload.data());
  message.slot = number_;
  message.operation = SIPSONDE_HAND_BACK_EMIT;
  surroundings_.probe.hand_back(message);
}

void Worker::note_losses() {
  const std::uint64_t dropped = surroundings_.probe.ring_dropped(number_);
  const std::uint64_t before_us = surroundings_.interface_drops.load(std::memory_order_relaxed);
  if (dropped == dropped_seen_ && before_us == interface_drops_seen_) return;
  dropped_seen_ = dropped;
  interface_drops_seen_ = before_us;
  calls_.mark_lossy();
}

void Worker::publish(std::uint64_t now_ns) {
  surroundings_.tally.advance(surroundings_.calls.timebase.to_unix_ns(now_ns));
  if (surroundings_.calls.media_reports)
    surroundings_.calls.media_reports->advance(surroundings_.calls.timebase.to_unix_ns(now_ns));
  const auto facts = calls_.take_facts();
  if (!facts) return;
  finisher_.finish(*facts);
  for (const Fact& fact : *facts) {
    surroundings_.tally.consume(fact);
    if (const auto* record = std::get_if<CallRecord>(&fact)) {
      ++stated_.legs;
      stated_.answered += record->disposition == Disposition::answered;
    } else if (std::holds_alternative<CallEvent>(fact)) {
      ++stated_.events;
    }
  }
  surroundings_.sinks.consume(facts);
}

// Seen through the same privacy as everything that leaves the worker.
void Worker::answer_inquiry() {
  const auto asked = inquiry_.take();
  if (!asked) return;
  LegsSeen seen = calls_.open_legs(*asked);
  finisher_.finish(seen.legs);
  inquiry_.answer(std::move(seen));
}

}  // namespace sipsonde
