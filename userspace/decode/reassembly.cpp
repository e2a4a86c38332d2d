// SPDX-License-Identifier: Apache-2.0
#include "decode/reassembly.h"

#include <atomic>
#include <cstring>
#include <list>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>

#include "decode/fragment_pieces.h"
#include "decode/ip_fragment.h"
#include "decode/network_order.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kLifetimeNs = 30'000'000'000;
constexpr std::size_t kUdpHeader = 8;

// Of a datagram: its entry in the list and in the index, with the allocator's share.
constexpr std::size_t kDatagramOverheadBytes = 320;

// Addresses, identification, interface, VLAN, flow and protocol: 46 bytes in six words.
using Key = std::array<std::uint64_t, 6>;

Key key_of(const sipsonde_event& head, const IpFragment& fragment) {
  Key key;
  std::memcpy(&key[0], fragment.source.data(), sizeof(Address));
  std::memcpy(&key[2], fragment.destination.data(), sizeof(Address));
  key[4] = static_cast<std::uint64_t>(fragment.identification) << 32 | head.ifindex;
  key[5] = static_cast<std::uint64_t>(head.vlan_id) << 16 | static_cast<std::uint64_t>(head.flow) << 8 |
           fragment.protocol;
  return key;
}

// Seeded, so that a sender cannot choose its bucket.
struct KeyHash {
  std::uint64_t seed;

  std::size_t operator()(const Key& key) const {
    std::uint64_t hash = seed;
    for (const std::uint64_t word : key) {
      hash = (hash ^ word) * 0x9e3779b97f4a7c15;  // 2^64 / golden ratio, as Fibonacci hashing takes it
      hash ^= hash >> 32;
    }
    return hash;
  }
};

std::uint64_t random_seed() {
  std::random_device random;
  return static_cast<std::uint64_t>(random()) << 32 | random();
}

struct HeldDatagram {
  Key key;
  std::uint64_t first_ns;
  std::uint8_t next_header = 0;  // of the part at offset 0
  FragmentPieces pieces;
  std::optional<FragmentResult> given_up;  // what every later part counts as

  std::size_t memory_bytes() const { return kDatagramOverheadBytes + pieces.memory_bytes(); }
};

sipsonde_event head_of(const sipsonde_event& last_part, const IpFragment& fragment, std::string_view udp) {
  sipsonde_event head = reassembled_head(last_part, SIPSONDE_TRANSPORT_udp, udp.size() - kUdpHeader);
  head.src_port = u16_at(udp, 0);
  head.dst_port = u16_at(udp, 2);
  std::memcpy(head.src_addr, fragment.source.data(), sizeof head.src_addr);
  std::memcpy(head.dst_addr, fragment.destination.data(), sizeof head.dst_addr);
  return head;
}

}  // namespace

std::string_view label(FragmentResult result) {
  switch (result) {
    case FragmentResult::held:
      return "held";
    case FragmentResult::reassembled:
      return "reassembled";
    case FragmentResult::timeout:
      return "timeout";
    case FragmentResult::overlap:
      return "overlap";
    case FragmentResult::evicted:
      return "evicted";
  }
  return "unknown";
}

struct FragmentTable::State {
  using Datagrams = std::list<HeldDatagram>;

  State(std::uint64_t limit, std::function<void(const Datagram&)> callback)
      : limit_bytes(limit), on_datagram(std::move(callback)), index(0, KeyHash{random_seed()}) {
    whole.reserve(kDatagramMax);
  }

  void add(FragmentResult result, std::uint64_t fragments) {
    counts[static_cast<std::size_t>(result)].fetch_add(fragments, std::memory_order_relaxed);
  }

  Datagrams::iterator find_or_open(const Key& key, std::uint64_t time_ns) {
    if (const auto known = index.find(key); known != index.end()) return known->second;
    datagrams.push_back(HeldDatagram{.key = key, .first_ns = time_ns, .pieces = {}, .given_up = {}});
    const auto opened = std::prev(datagrams.end());
    index.emplace(key, opened);
    used_bytes += opened->memory_bytes();
    return opened;
  }

  // Its parts count as `result`; nothing of it is kept.
  void close(Datagrams::iterator datagram, FragmentResult result) {
    add(result, datagram->pieces.count());
    in_memory.fetch_sub(datagram->pieces.count(), std::memory_order_relaxed);
    used_bytes -= datagram->memory_bytes();
    index.erase(datagram->key);
    datagrams.erase(datagram);
  }

  // As close(), but what still comes of it is recognised.
  void give_up(HeldDatagram& datagram, FragmentResult result) {
    add(result, datagram.pieces.count());
    in_memory.fetch_sub(datagram.pieces.count(), std::memory_order_relaxed);
    used_bytes -= datagram.memory_bytes();
    datagram.pieces = FragmentPieces{};
    used_bytes += datagram.memory_bytes();
    datagram.given_up = result;
  }

  void evict_oldest() {
    while (used_bytes > limit_bytes) close(datagrams.begin(), FragmentResult::evicted);
  }

  void deliver(const sipsonde_event& head, const IpFragment& fragment, Datagrams::iterator datagram);
  void place(const sipsonde_event& head, const IpFragment& fragment, Datagrams::iterator datagram);

  std::uint64_t limit_bytes;
  std::function<void(const Datagram&)> on_datagram;
  Datagrams datagrams;  // oldest first
  std::unordered_map<Key, Datagrams::iterator, KeyHash> index;
  std::uint64_t used_bytes = 0;
  std::string whole;  // the datagram being delivered
  std::array<std::atomic<std::uint64_t>, kFragmentResultCount> counts{};
  std::atomic<std::uint64_t> in_memory{0};
  std::atomic<std::uint64_t> refused{0};
};

void FragmentTable::State::deliver(const sipsonde_event& head, const IpFragment& fragment,
                                   Datagrams::iterator datagram) {
  whole.clear();
  datagram->pieces.append_to(whole);
  const auto udp = find_udp(whole, datagram->next_header);
  close(datagram, FragmentResult::reassembled);

  const std::size_t length = udp && udp->size() >= kUdpHeader ? u16_at(*udp, 4) : 0;
  if (length < kUdpHeader || length > udp->size()) {
    refused.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const std::string_view segment = udp->substr(0, length);
  on_datagram({.head = head_of(head, fragment, segment), .payload = segment.substr(kUdpHeader)});
}

void FragmentTable::State::place(const sipsonde_event& head, const IpFragment& fragment,
                                 Datagrams::iterator datagram) {
  using Placement = FragmentPieces::Placement;
  const std::size_t before = datagram->memory_bytes();
  const Placement placement = datagram->pieces.place(fragment.offset, fragment.more, fragment.payload);
  if (placement == Placement::duplicate) return;
  add(FragmentResult::held, 1);
  if (placement != Placement::added) {
    const auto result =
        placement == Placement::contradiction ? FragmentResult::overlap : FragmentResult::evicted;
    add(result, 1);
    give_up(*datagram, result);
    return;
  }
  in_memory.fetch_add(1, std::memory_order_relaxed);
  used_bytes += datagram->memory_bytes() - before;
  if (fragment.offset == 0) datagram->next_header = fragment.next_header;
  if (datagram->pieces.is_whole()) deliver(head, fragment, datagram);
}

FragmentTable::FragmentTable(std::uint64_t limit_bytes, std::function<void(const Datagram&)> on_datagram)
    : state_(std::make_unique<State>(limit_bytes, std::move(on_datagram))) {}

FragmentTable::~FragmentTable() = default;

void FragmentTable::observe(const sipsonde_event& head, std::string_view ip_packet) {
  advance(head.time_ns);
  const auto fragment = decode_ip_fragment(ip_packet);
  if (!fragment) {
    state_->refused.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const auto datagram = state_->find_or_open(key_of(head, *fragment), head.time_ns);
  if (datagram->given_up) {
    state_->add(FragmentResult::held, 1);
    state_->add(*datagram->given_up, 1);
    return;
  }
  state_->place(head, *fragment, datagram);
  state_->evict_oldest();
}

void FragmentTable::advance(std::uint64_t now_ns) {
  auto& datagrams = state_->datagrams;
  while (!datagrams.empty()) {
    const std::uint64_t first_ns = datagrams.front().first_ns;
    if (now_ns < first_ns || now_ns - first_ns < kLifetimeNs) return;
    state_->close(datagrams.begin(), FragmentResult::timeout);
  }
}

std::uint64_t FragmentTable::count(FragmentResult result) const {
  return state_->counts[static_cast<std::size_t>(result)].load(std::memory_order_relaxed);
}

std::uint64_t FragmentTable::in_memory() const {
  return state_->in_memory.load(std::memory_order_relaxed);
}

std::uint64_t FragmentTable::refused() const {
  return state_->refused.load(std::memory_order_relaxed);
}

}  // namespace sipsonde
