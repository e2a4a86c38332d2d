// SPDX-License-Identifier: Apache-2.0
// Any bytes as RTCP and as SRTCP: nothing is read beyond them, nothing is visited of a datagram at fault, and
// no more is visited than its bytes can hold. The first byte says whether a capture has cut them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "decode/rtcp.h"
#include "decode/srtcp.h"

namespace sipsonde {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// Adds up the least number of bytes that what it was told takes.
struct Account : RtcpVisitor {
  void sender_info(const RtcpSenderInfo&) override { bytes += 24; }
  void report_block(const RtcpReportBlock& block) override {
    require(block.cumulative_lost >= -(1 << 23) && block.cumulative_lost < 1 << 23);
    bytes += 24;
  }
  void bye(std::span<const std::uint32_t> sources) override {
    require(sources.size() <= kRtcpBlocksMax);
    bytes += 4 + 4 * sources.size();
  }
  void feedback(const RtcpFeedback&) override { bytes += 12; }
  void reference_time(const RtcpReferenceTime&) override { bytes += 12; }
  void reference_echo(const RtcpReferenceEcho&) override { bytes += 12; }
  void statistics(const RtcpStatistics&) override { bytes += 40; }
  void voip_metrics(const RtcpVoipMetrics& told) override {
    require(!told.r_factor || *told.r_factor <= 100);
    require(!told.mos_listening_tenths || *told.mos_listening_tenths <= 50);
    bytes += 36;
  }

  std::size_t bytes = 0;
};

void check(bool truncated, std::string_view datagram) {
  Account account;
  const RtcpWalk walk = walk_rtcp(datagram, truncated, account);
  require(account.bytes <= datagram.size());
  require(walk.fault == RtcpFault::none || account.bytes == 0);
  require(4 * std::size_t{walk.packets} <= datagram.size());
  require(truncated || !walk.cut);

  const auto glance = decode_srtcp(datagram);
  require(!glance || glance->readable.size() < datagram.size());
  if (glance && !glance->readable.empty()) (void)walk_rtcp(glance->readable, false, account);
  if (looks_like_srtcp(datagram)) require(glance.has_value());
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) sipsonde::check(data[0] & 1, {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
