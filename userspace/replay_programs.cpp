// SPDX-License-Identifier: Apache-2.0
#include "replay_programs.h"

#include "capture/capture_reader.h"
#include "capture/link_layer.h"
#include "replay_headers.h"

namespace sipsonde {
namespace {

// Adds what this frame needs.
void note_needs(FrameBytes frame, ReplayHeaders& headers, ProgramSet& needed) {
  // A tc test run refuses other frames (Probe::replay_frame) and XDP takes them.
  constexpr std::size_t kShortest = 14 + 40, kLongest = 3000;  // Ethernet and IPv6; a page less its overheads
  if (frame.size() < kShortest || frame.size() > kLongest) needed.xdp = true;
  const packet found = headers.innermost(frame);
  if (found.fragment != FRAGMENT_NONE || found.is_tcp) needed.hand_back = true;
}

}  // namespace

// A small file is read twice to know; for another, all are loaded that there may be a use for.
ProgramSet programs_for(const std::string& capture, const Settings& settings, sipsonde_hook hook) {
  constexpr std::uint64_t kReadTwice = 16 << 20;
  ProgramSet needed{.xdp = hook == SIPSONDE_HOOK_xdp,
                    .tc_ingress = hook == SIPSONDE_HOOK_tc,
                    .tc_egress = !settings.local_networks.empty(),
                    .hand_back = false};
  const auto all = [&needed] {
    needed.xdp = needed.hand_back = true;
    return needed;
  };
  auto reader = CaptureReader::open(capture);
  if (!reader || reader->file_bytes() == 0 || reader->file_bytes() > kReadTwice) return all();
  LinkLayer link_layer;
  ReplayHeaders headers(settings.tunnels);
  while (!needed.xdp || !needed.hand_back) {
    auto frame = reader->next();
    if (!frame) return all();
    if (!*frame) break;
    auto ethernet = link_layer.to_ethernet(**frame);
    if (!ethernet) return all();
    note_needs(ethernet->bytes, headers, needed);
  }
  return needed;
}

}  // namespace sipsonde
