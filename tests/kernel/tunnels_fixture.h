// SPDX-License-Identifier: Apache-2.0
// The packets that the tests put into tunnels, and what became of them.
#pragma once

#include <string>

#include "kernel_fixture.h"
#include "support/tunnel_frames.h"

namespace sipsonde::testing {

inline const std::string kInvite = message({});

inline std::string inner_ipv4(const std::string& payload = kInvite, std::uint16_t source = 5060,
                              std::uint16_t destination = 5061) {
  return FrameBuilder().ipv4("192.0.2.1", "192.0.2.2").udp(source, destination).payload(payload).bytes();
}
inline std::string inner_ipv6(const std::string& payload = kInvite) {
  return FrameBuilder().ipv6("2001:db8::1", "2001:db8::2").udp(5060, 5061).payload(payload).bytes();
}

// 20 ms of G.711.
inline std::string rtp(int sequence) {
  return octets({0x80, 8, sequence >> 8, sequence, 0, 0, sequence * 160 >> 8, sequence * 160, 1, 2, 3, 4}) +
         std::string(160, '\x55');
}

class Tunnels : public KernelFixture {
 protected:
  __u64 packets(sipsonde_verdict verdict) {
    __u64 sum = 0;
    for (const auto& flows : counters().packets)
      for (const auto& verdicts : flows) sum += verdicts[verdict];
    return sum;
  }
  // Sends a frame; says whether it counted as SIP.
  bool is_sip(const std::string& frame, std::uint32_t ifindex = 1, Program program = Program::tc_ingress) {
    const __u64 sip = packets(SIPSONDE_VERDICT_sip), other = packets(SIPSONDE_VERDICT_other);
    const bool emitted = send(frame, program, ifindex).size() == 1;
    EXPECT_EQ(packets(SIPSONDE_VERDICT_sip), sip + emitted);
    EXPECT_EQ(packets(SIPSONDE_VERDICT_other), other + !emitted);
    return emitted;
  }
};

inline constexpr Program kPrograms[] = {Program::xdp, Program::tc_ingress, Program::tc_egress};

}  // namespace sipsonde::testing
