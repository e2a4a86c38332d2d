// SPDX-License-Identifier: Apache-2.0
#include "probe/take_over.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cstring>
#include <vector>

#include "base/log.h"
#include "probe/knobs.h"
#include "sipsonde.skel.h"

namespace sipsonde {
namespace {

// What outlives the agent. Not the endpoints: calls that it knew are unknown to the next; and not what is of
// a packet (scratches) or of a configuration.
std::vector<KeptMap> kept_maps(const sipsonde_bpf& skeleton) {
  return {{"counters", skeleton.maps.counters},
          {"transactions", skeleton.maps.transactions},
          {"stream_places", skeleton.maps.stream_places},
          {"streams", skeleton.maps.streams},
          {"fragment_keys", skeleton.maps.fragment_keys},
          {"sender_reports", skeleton.maps.sender_reports},
          {"tcp_flows", skeleton.maps.tcp_flows},
          {"media_engines", skeleton.maps.media_engines},
          {"quic_handshakes", skeleton.maps.quic_handshakes},
          {"variables", skeleton.maps.bss}};
}

}  // namespace

std::string ring_name(std::uint32_t worker) {
  return "ring-" + std::to_string(worker);
}

bool take_over_maps(Pins& pins, sipsonde_bpf& skeleton, sipsonde_knobs& knobs) {
  const FileDescriptor constants = pins.kept("constants");
  if (!constants) {
    pins.start_afresh();
    return false;
  }
  std::vector<std::byte> bytes(bpf_map__value_size(skeleton.maps.rodata));
  const std::uint32_t first = 0;
  std::remove_reference_t<decltype(*skeleton.rodata)> earlier;
  bool fits =
      bytes.size() >= sizeof earlier && bpf_map_lookup_elem(constants.get(), &first, bytes.data()) == 0;
  if (fits) {
    std::memcpy(&earlier, bytes.data(), sizeof earlier);
    fits = have_one_shape(earlier.knobs, knobs) && pins.give(kept_maps(skeleton));
    for (std::uint32_t worker = 0; fits && worker < knobs.workers; ++worker)
      fits = static_cast<bool>(pins.kept(ring_name(worker)));
  }
  if (!fits) {
    spdlog::warn("pinned tables have other sizes than limits and workers ask for: counters start afresh");
    pins.start_afresh();
    return false;
  }
  knobs.hash_seed = earlier.knobs.hash_seed;
  std::memcpy(knobs.stream_factors, earlier.knobs.stream_factors, sizeof knobs.stream_factors);
  std::memcpy(&skeleton.rodata->knobs, &knobs, sizeof knobs);
  return true;
}

Result<Done> keep_maps(const Pins& pins, const sipsonde_bpf& skeleton) {
  for (const KeptMap& kept : kept_maps(skeleton))
    if (auto done = pins.keep(kept.name, bpf_map__fd(kept.map)); !done) return done;
  // Last: with it the others are complete.
  return pins.keep("constants", bpf_map__fd(skeleton.maps.rodata));
}

}  // namespace sipsonde
