// SPDX-License-Identifier: Apache-2.0
// The kernel's parsing headers, compiled for the host, over arbitrary frames and texts: they stay in bounds
// (the sanitizers say so) and what they report lies inside what they were given.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "support/host_judge.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_scan(const sip_scan& scan) {
  for (const __u32 at : {scan.via_at, scan.cseq_at, scan.call_id_at, scan.to_at, scan.rseq_at})
    require(at <= scan.length);
  require(scan.line_end <= scan.length);
  require(scan.malformed < SIPSONDE_MALFORMED_COUNT && scan.deferred < SIPSONDE_DEFERRED_COUNT);
  require(scan.method < SIPSONDE_METHOD_COUNT);
  require(scan.malformed || !scan.is_response || (scan.code >= 100 && scan.code <= 699));
}

// Without gaps, and of the kinds that there are.
void check_tunnels(const packet& where) {
  bool over = false;
  for (const __u8 tunnel : where.tunnel) {
    require(tunnel < SIPSONDE_TUNNEL_COUNT && !(over && tunnel));
    over = tunnel == SIPSONDE_TUNNEL_none;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static sipsonde::testing::HostJudge judge(0x5349505f534f4e44ULL);
  const std::string_view input(reinterpret_cast<const char*>(bytes), size < 60000 ? size : 60000);

  const auto framed = judge.judge(input);
  require(framed.where.vlan_id <= 0x0fff);
  require(!framed.where.is_udp || framed.where.payload_offset <= input.size());
  check_tunnels(framed.where);
  if (framed.is_sip) check_scan(framed.scan);

  sipsonde::testing::HostJudgement text;
  if (input.size() >= 4) judge.judge_text(input, false, text);
  if (text.is_sip) check_scan(text.scan);
  return 0;
}
