// SPDX-License-Identifier: Apache-2.0
#include "probe/media_maps.h"

#include <bpf/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sipsonde {
namespace {

constexpr std::uint64_t kActive_ns = 10'000'000'000;

}  // namespace

Result<std::unique_ptr<MediaMaps>> MediaMaps::open(int streams, std::uint32_t slots, int endpoints) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t bytes = (slots * sizeof(sipsonde_stream) + page - 1) / page * page;
  void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, streams, 0);
  if (mapped == MAP_FAILED) return Error{std::string("map the streams: ") + std::strerror(errno)};
  return std::unique_ptr<MediaMaps>(
      new MediaMaps(static_cast<sipsonde_stream*>(mapped), bytes, slots, endpoints));
}

MediaMaps::~MediaMaps() {
  munmap(streams_, bytes_);
}

bool MediaMaps::announce(const sipsonde_endpoint_key& key, const sipsonde_endpoint& value) {
  return bpf_map_update_elem(endpoints_, &key, &value, BPF_ANY) == 0;
}

void MediaMaps::withdraw(const sipsonde_endpoint_key& key, std::uint32_t call_hash) {
  sipsonde_endpoint value{};
  if (bpf_map_lookup_elem(endpoints_, &key, &value) == 0 && value.call_hash == call_hash)
    bpf_map_delete_elem(endpoints_, &key);
}

void MediaMaps::read(std::uint32_t slot, sipsonde_stream& stream) const {
  const auto* const from = reinterpret_cast<const volatile __u64*>(streams_ + slot % slots_);
  std::uint64_t words[sizeof stream / sizeof(std::uint64_t)];
  for (std::size_t i = 0; i < std::size(words); ++i) words[i] = from[i];
  std::memcpy(&stream, words, sizeof stream);
}

void MediaMaps::ask_again(std::uint32_t slot, std::uint64_t key) {
  sipsonde_stream& stream = streams_[slot % slots_];
  if (__atomic_load_n(&stream.key, __ATOMIC_RELAXED) == key)
    __atomic_store_n(&stream.asked_by_agent, 1, __ATOMIC_RELAXED);
}

void MediaMaps::set_clock(std::uint32_t slot, std::uint64_t key, sipsonde_clock clock) {
  sipsonde_stream& stream = streams_[slot % slots_];
  if (__atomic_load_n(&stream.key, __ATOMIC_RELAXED) != key) return;
  __atomic_store_n(&stream.agent_clock, static_cast<__u8>(clock), __ATOMIC_RELAXED);
}

std::uint64_t MediaMaps::active(std::uint64_t now_ns) const {
  const auto now = static_cast<std::uint32_t>(now_ns >> SIPSONDE_STREAM_TICK_SHIFT);
  std::uint64_t found = 0;
  for (std::uint32_t slot = 0; slot < slots_; ++slot) {
    const volatile sipsonde_stream& stream = streams_[slot];
    if (stream.codec && now - stream.last_time < (kActive_ns >> SIPSONDE_STREAM_TICK_SHIFT)) ++found;
  }
  return found;
}

}  // namespace sipsonde
