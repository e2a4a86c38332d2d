// SPDX-License-Identifier: Apache-2.0
// One TCP connection as one interface sees it: two directions, and each of them as often as it passes there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>

#include "base/endpoint.h"
#include "flows/segment_order.h"
#include "flows/stream_reader.h"
#include "sipsonde/event.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

// The two endpoints in their order, so that both directions have one key.
struct ConnectionKey {
  Endpoint lower, higher;
  std::uint32_t ifindex = 0;
  std::uint16_t vlan_id = 0;

  friend bool operator==(const ConnectionKey&, const ConnectionKey&) = default;
};

ConnectionKey connection_key(const sipsonde_event& head);
// 0 from the lower endpoint, 1 from the higher one.
unsigned way_of(const sipsonde_event& head);
std::uint64_t hash_of(const ConnectionKey& key, std::uint64_t seed);

struct Connection;
struct Stream;

// A hole of a stream that is given up when its time comes.
struct HoleWatch {
  std::uint64_t due_ns;
  Connection* connection;
  Stream* stream;
};

// One sight of one direction. `head` is of its last segment.
struct Stream {
  Stream(FlowCounts& counts, const StreamReader::OnMessage& on_message, AcceptedUpgrade& upgrade,
         unsigned way, bool joined)
      : reader(counts, on_message, upgrade, way, joined) {}

  std::size_t memory_bytes() const { return sizeof *this + order.memory_bytes() + reader.memory_bytes(); }

  sipsonde_event head{};
  SegmentOrder order;
  StreamReader reader;
  std::size_t charged_bytes = 0;  // what the table has counted for it
  std::optional<std::list<HoleWatch>::iterator> watch;
};

// What the table does with it next, and so the list it is in.
enum class Standing : std::uint8_t { unproven, proven, closing };

struct Connection {
  static constexpr unsigned kWays = 2;

  explicit Connection(const ConnectionKey& its_key) : key(its_key) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Every way that was seen has ended.
  bool has_ended() const;
  // This SYN begins another connection between the same ports: its number is not that of the one before.
  bool is_another(unsigned way, std::uint32_t syn_sequence) const;

  ConnectionKey key;
  std::uint64_t since_ns = 0;  // of its last segment, or when it ended
  Standing standing = Standing::unproven;
  std::list<Connection>::iterator place;  // in the list of its standing
  std::uint32_t slot = 0;                 // the kernel's entry, as its last segment named it
  std::uint64_t slot_key = 0;
  sipsonde_flow_judgement judgement = SIPSONDE_FLOW_JUDGED_candidate;
  AcceptedUpgrade upgrade;
  std::array<std::optional<std::uint32_t>, kWays> syn_sequence;
  std::array<std::array<std::unique_ptr<Stream>, SIPSONDE_FLOW_COUNT>, kWays> streams;
};

}  // namespace sipsonde
