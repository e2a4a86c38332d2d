// SPDX-License-Identifier: Apache-2.0
#include "probe/media_maps.h"

#include <bpf/bpf.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace sipsonde {
namespace {

constexpr std::uint64_t kActive_ns = 10'000'000'000;
constexpr std::uint64_t kAnswerTime_ns = 10'000'000'000;

// A map that is not preallocated may find its own cache empty, and fills it a moment later.
constexpr int kAttempts = 8;

}  // namespace

Result<std::unique_ptr<MediaMaps>> MediaMaps::open(int streams, std::uint32_t slots, int endpoints,
                                                   int engines) {
  auto table = Mapping<sipsonde_stream>::open(streams, slots);
  if (!table) return table.error();
  auto instances = Mapping<sipsonde_media_engine>::open(engines, SIPSONDE_MEDIA_ENGINES);
  if (!instances) return instances.error();
  return std::unique_ptr<MediaMaps>(new MediaMaps(std::move(*table), endpoints, std::move(*instances)));
}

bool MediaMaps::announce(const sipsonde_endpoint_key& key, const sipsonde_endpoint& value) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (bpf_map_update_elem(endpoints_, &key, &value, BPF_ANY) == 0) return true;
    if (errno != ENOMEM && errno != EBUSY) return false;  // E2BIG: it is full
    std::this_thread::yield();
  }
  return false;
}

void MediaMaps::withdraw(const sipsonde_endpoint_key& key, std::uint32_t call_hash) {
  sipsonde_endpoint value{};
  if (bpf_map_lookup_elem(endpoints_, &key, &value) == 0 && value.call_hash == call_hash)
    bpf_map_delete_elem(endpoints_, &key);
}

void MediaMaps::read(std::uint32_t slot, sipsonde_stream& stream) const {
  const auto* const from = reinterpret_cast<const volatile __u64*>(&streams_[slot]);
  std::uint64_t words[sizeof stream / sizeof(std::uint64_t)];
  for (std::size_t i = 0; i < std::size(words); ++i) words[i] = from[i];
  std::memcpy(&stream, words, sizeof stream);
}

void MediaMaps::ask_again(std::uint32_t slot, std::uint64_t key) {
  sipsonde_stream& stream = streams_[slot];
  if (__atomic_load_n(&stream.key, __ATOMIC_RELAXED) == key)
    __atomic_store_n(&stream.asked_by_agent, 1, __ATOMIC_RELAXED);
}

void MediaMaps::set_clock(std::uint32_t slot, std::uint64_t key, sipsonde_clock clock) {
  sipsonde_stream& stream = streams_[slot];
  if (__atomic_load_n(&stream.key, __ATOMIC_RELAXED) != key) return;
  __atomic_store_n(&stream.agent_clock, static_cast<__u8>(clock), __ATOMIC_RELAXED);
}

std::uint64_t MediaMaps::active(std::uint64_t now_ns) const {
  const auto now = static_cast<std::uint32_t>(now_ns >> SIPSONDE_STREAM_TICK_SHIFT);
  std::uint64_t found = 0;
  for (std::uint32_t slot = 0; slot < streams_.count(); ++slot) {
    const volatile sipsonde_stream& stream = streams_[slot];
    if (stream.codec && now - stream.last_time < (kActive_ns >> SIPSONDE_STREAM_TICK_SHIFT)) ++found;
  }
  return found;
}

std::uint64_t MediaMaps::engines_up(std::uint64_t now_ns) const {
  std::uint64_t up = 0;
  for (std::uint32_t i = 0; i < engines_.count(); ++i) {
    const volatile sipsonde_media_engine& engine = engines_[i];
    const std::uint64_t ping_ns = engine.ping_ns, pong_ns = engine.pong_ns;
    if (ping_ns == 0 || now_ns - ping_ns >= SIPSONDE_MEDIA_ENGINE_FORGOTTEN_NS) continue;
    // A ping that waits for its answer does not speak against it yet.
    if (pong_ns != 0 && (pong_ns >= ping_ns || now_ns - ping_ns < kAnswerTime_ns)) ++up;
  }
  return up;
}

}  // namespace sipsonde
