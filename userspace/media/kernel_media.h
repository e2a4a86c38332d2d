// SPDX-License-Identifier: Apache-2.0
// What the call model asks of the kernel half about media: where calls receive it, and what was counted of a
// stream. From any worker's thread.
#pragma once

#include <cstdint>

#include "sipsonde/state.h"

namespace sipsonde {

// Addresses of SDP that are kept for each stream that may be: those of RTP and of RTCP.
inline constexpr std::uint32_t kEndpointsAStream = 2;

class KernelMedia {
 public:
  virtual ~KernelMedia() = default;

  // From now on what goes there, or comes from there, belongs to value.call_hash; a later call takes the
  // place of an earlier one. False when the kernel's map is full: streams are then measured without their
  // call.
  virtual bool announce(const sipsonde_endpoint_key& key, const sipsonde_endpoint& value) = 0;

  // Unless another call has taken the place.
  virtual void withdraw(const sipsonde_endpoint_key& key, std::uint32_t call_hash) = 0;

  // A copy of the entry, which may have changed while it was taken. REQUIRES: slot of a note.
  virtual void read(std::uint32_t slot, sipsonde_stream& stream) const = 0;

  // The kernel asks again whose stream this is, when its next packets come.
  virtual void ask_again(std::uint32_t slot, std::uint64_t key) = 0;

  // The clock of a stream that no SDP explained.
  virtual void set_clock(std::uint32_t slot, std::uint64_t key, sipsonde_clock clock) = 0;
};

}  // namespace sipsonde
