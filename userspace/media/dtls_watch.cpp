// SPDX-License-Identifier: Apache-2.0
#include "media/dtls_watch.h"

#include <array>
#include <atomic>
#include <cstring>
#include <list>
#include <random>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "media/dtls_handshake.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kRememberedNs = 240'000'000'000;

// The lower endpoint first, so that both ways have one key. It is side 0.
struct Pair {
  Endpoint lower, upper;
  friend bool operator==(const Pair&, const Pair&) = default;
};

// Seeded, so that a sender cannot choose its bucket.
struct PairHash {
  std::uint64_t seed;

  std::size_t operator()(const Pair& pair) const {
    std::array<char, 2 * (sizeof(Address) + 2)> bytes;
    char* at = bytes.data();
    for (const Endpoint* endpoint : {&pair.lower, &pair.upper}) {
      std::memcpy(at, endpoint->address.data(), sizeof(Address));
      std::memcpy(at + sizeof(Address), &endpoint->port, 2);
      at += sizeof(Address) + 2;
    }
    return hash_bytes({bytes.data(), bytes.size()}, seed);
  }
};

std::uint64_t random_seed() {
  std::random_device random;
  return static_cast<std::uint64_t>(random()) << 32 | random();
}

bool holds_client_hello(std::string_view datagram) {
  DtlsRecords records(datagram);
  DtlsRecord record;
  while (records.next(record)) {
    if (record.content != DtlsContent::handshake || record.epoch != 0) continue;
    while (const auto fragment = take_dtls_fragment(record.fragment))
      if (fragment->type == DtlsMessageType::client_hello) return true;
  }
  return false;
}

// Those that run, and those of which only parts of a ClientHello were seen, in the order of their last
// progress; those that are over in the order of their end.
struct Association {
  Association(const Pair& between, DtlsMemory& memory, const DtlsHandshake::OnOutcome& on_outcome)
      : pair(between), handshake(memory, on_outcome) {}

  bool is_over() const { return handshake.state() == DtlsHandshake::State::done; }

  Pair pair;
  std::uint64_t since_ns = 0;  // its last progress, or its end
  DtlsHandshake handshake;
};
using Associations = std::list<Association>;

}  // namespace

struct DtlsWatch::State {
  DtlsLimits limits;
  FingerprintsOf fingerprints_of;
  OnReport on_report;
  DtlsMemory memory;
  Associations running, over;
  std::unordered_map<Pair, Associations::iterator, PairHash> index{0, PairHash{random_seed()}};
  const Pair* concluding = nullptr;  // whose handshake is being observed
  DtlsHandshake::OnOutcome on_outcome = [this](DtlsOutcome& outcome) { report(outcome); };
  std::atomic<std::uint64_t> evicted{0}, given_up{0};
  std::atomic<std::size_t> size{0};

  void report(DtlsOutcome& outcome);
  void forget(Associations& list);
  void make_room();
  Associations::iterator begin(const Pair& pair, std::uint64_t time_ns);
  template <typename Step>
  void step(Associations::iterator at, Step&& take);
};

void DtlsWatch::State::report(DtlsOutcome& outcome) {
  DtlsReport report{concluding->lower, concluding->upper, outcome};
  if (outcome.client == 1) {
    std::swap(report.client, report.server);
    std::swap(report.outcome.shown[0], report.outcome.shown[1]);
    report.outcome.client = 0;
  }
  for (const unsigned side : {0u, 1u}) {
    if (!report.outcome.shown[side].certificate) continue;
    Fingerprints given;
    fingerprints_of(side == 0 ? report.client : report.server, given);
    hold_against(report.outcome, side, given);
  }
  on_report(report);
}

void DtlsWatch::State::forget(Associations& list) {
  index.erase(list.front().pair);
  list.pop_front();
}

void DtlsWatch::State::make_room() {
  if (index.size() < limits.associations) return;
  if (!over.empty()) return forget(over);
  if (running.empty()) return;
  evicted.fetch_add(1, std::memory_order_relaxed);
  forget(running);
}

Associations::iterator DtlsWatch::State::begin(const Pair& pair, std::uint64_t time_ns) {
  make_room();
  running.emplace_back(pair, memory, on_outcome);
  const auto at = std::prev(running.end());
  at->since_ns = time_ns;
  index.emplace(pair, at);
  return at;
}

// Takes a step of that handshake and puts it where it now belongs.
template <typename Step>
void DtlsWatch::State::step(Associations::iterator at, Step&& take) {
  const bool was_over = at->is_over();
  const std::uint64_t before_ns = at->handshake.progress_ns();
  concluding = &at->pair;
  take(at->handshake);
  concluding = nullptr;
  if (at->is_over() == was_over && at->handshake.progress_ns() == before_ns) return;
  at->since_ns = at->handshake.progress_ns();
  Associations& to = at->is_over() ? over : running;
  to.splice(to.end(), was_over ? over : running, at);
}

DtlsWatch::DtlsWatch(const DtlsLimits& limits, FingerprintsOf fingerprints_of, OnReport on_report)
    : state_(std::make_unique<State>()) {
  state_->limits = limits;
  state_->memory.limit_bytes = limits.reassembly_bytes;
  state_->fingerprints_of = std::move(fingerprints_of);
  state_->on_report = std::move(on_report);
}

DtlsWatch::~DtlsWatch() = default;

void DtlsWatch::observe(const Endpoint& source, const Endpoint& destination, std::uint64_t time_ns,
                        std::string_view datagram) {
  advance(time_ns);
  const bool from_lower = source < destination;
  const Pair pair = from_lower ? Pair{source, destination} : Pair{destination, source};
  const auto known = state_->index.find(pair);
  if (known == state_->index.end() && !holds_client_hello(datagram)) return;
  const auto at = known == state_->index.end() ? state_->begin(pair, time_ns) : known->second;
  state_->step(at,
               [&](DtlsHandshake& handshake) { handshake.observe(from_lower ? 0 : 1, time_ns, datagram); });
  state_->given_up.store(state_->memory.given_up, std::memory_order_relaxed);
  state_->size.store(state_->index.size(), std::memory_order_relaxed);
}

void DtlsWatch::advance(std::uint64_t now_ns) {
  Associations& running = state_->running;
  while (!running.empty() && now_ns >= running.front().since_ns + DtlsHandshake::kLimitNs) {
    if (running.front().handshake.state() == DtlsHandshake::State::running)
      state_->step(running.begin(), [&](DtlsHandshake& handshake) { handshake.advance(now_ns); });
    else
      state_->forget(running);  // parts of a ClientHello that never became whole
  }
  while (!state_->over.empty() && now_ns >= state_->over.front().since_ns + kRememberedNs)
    state_->forget(state_->over);
  state_->size.store(state_->index.size(), std::memory_order_relaxed);
}

std::size_t DtlsWatch::size() const {
  return state_->size.load(std::memory_order_relaxed);
}

std::uint64_t DtlsWatch::evicted() const {
  return state_->evicted.load(std::memory_order_relaxed);
}

std::uint64_t DtlsWatch::given_up() const {
  return state_->given_up.load(std::memory_order_relaxed);
}

}  // namespace sipsonde
