// SPDX-License-Identifier: Apache-2.0
// The kernel half, loaded: programs, knobs, rings and counters. Attaching it to interfaces is another matter
// (watch.h). Everything it made in the kernel goes with it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "config/settings.h"
#include "probe/counter_shards.h"
#include "probe/knobs.h"
#include "probe/mapping.h"
#include "probe/media_maps.h"
#include "probe/pins.h"
#include "probe/programs.h"
#include "sipsonde/knobs.h"
#include "sipsonde/state.h"

namespace sipsonde {

struct MapFill {
  std::string map;
  std::uint64_t entries = 0;
  std::uint64_t capacity = 0;
};

class Probe {
 public:
  // Loads what `settings` asks for. Errors say which privilege or kernel feature is missing.
  static Result<Probe> load(const Settings& settings, unsigned workers, Purpose purpose,
                            ProgramSet wanted = {});

  Probe(Probe&&) noexcept;
  Probe& operator=(Probe&&) noexcept;
  ~Probe();

  int program_fd(Program program) const;  // -1 when not wanted, or refused by this kernel (XDP below 5.18)
  unsigned workers() const { return static_cast<unsigned>(rings_.size()); }
  int ring_fd(unsigned worker) const { return rings_[worker].get(); }

  // Sums the shards. From any thread.
  void read_counters(sipsonde_counters& sum) const { counters_.sum(sum); }
  // What a call of this worker may have lost: in its ring, and of parts of messages in any.
  std::uint64_t ring_dropped(unsigned worker) const { return counters_.ring_dropped(worker, workers()); }
  std::vector<MapFill> map_fill() const;

  // A put-together message goes through the kernel's judgement, or one already counted to its worker. False
  // when it is no SIP, when the ring refused it, or when this kernel has no such program (below 5.14). One
  // thread for each `slot`.
  bool hand_back(sipsonde_hand_back& message) const;
  unsigned hep_slot() const { return workers(); }  // there is one with `hep_listen` alone
  bool can_hand_back() const;

  // Where hooks outlive the agent; nullptr: they end with it.
  const Pins* pins() const { return pins_.get(); }

  // What a TCP connection turned out to be, for the kernel; nothing happens when its place went to another.
  // From any thread.
  void judge_flow(std::uint32_t slot, std::uint64_t key, sipsonde_flow_judgement judgement) const;

  // The hash by which the kernel chooses rings, of a Call-ID that the kernel did not find.
  std::uint32_t call_hash(std::string_view call_id) const;
  unsigned worker_of(std::uint32_t call_hash) const;
  std::uint64_t hash_seed() const { return hash_seed_; }

  // The kernel's streams and the endpoints of calls. Lives as long as the probe.
  MediaMaps& media() { return *media_; }
  const MediaMaps& media() const { return *media_; }
  // The clock of the kernel half: monotonic, in a replay the capture's.
  std::uint64_t kernel_now_ns() const;

  // Replay: one Ethernet frame through one program, with the capture's clock. A frame that the kernel does
  // not take (shorter than an Ethernet header) is counted as `other`.
  Result<Done> replay_frame(Program program, const sipsonde_replay& how, std::span<const std::uint8_t> frame);

 private:
  Probe() = default;
  Result<Done> make_rings(unsigned workers);
  Result<Done> fill_local_networks(const Settings& settings);

  std::unique_ptr<Pins> pins_;
  Skeleton skeleton_;
  std::vector<FileDescriptor> rings_;
  CounterShards counters_;
  mutable Mapping<sipsonde_tcp_flow> tcp_flows_;  // the kernel's memory, no state of ours
  std::unique_ptr<MediaMaps> media_;
  std::uint64_t hash_seed_ = 0;
};

}  // namespace sipsonde
