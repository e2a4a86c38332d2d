// SPDX-License-Identifier: Apache-2.0
// Any sequence of datagrams between a few endpoints through one small watch: its bounds hold after each,
// every report is of a ClientHello that was sent, and its times are in order. Input: for each datagram one
// byte that says between whom and whether half a minute passes, two bytes of length, then the datagram.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "decode/network_order.h"
#include "media/dtls_watch.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kStart_ns = 1'000'000'000'000;
constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr DtlsLimits kLimits{.associations = 3, .reassembly_bytes = 20'000};

void require(bool holds) {
  if (!holds) std::abort();
}

Endpoint endpoint(unsigned number) {
  Endpoint endpoint;
  endpoint.address[15] = static_cast<std::uint8_t>(number);
  endpoint.port = 4000;
  return endpoint;
}

void require_sound(const DtlsReport& report) {
  const DtlsOutcome& outcome = report.outcome;
  require(outcome.client == 0);
  require(outcome.first_ns >= kStart_ns && outcome.ended_ns >= outcome.first_ns);
  const bool is_complete =
      outcome.result == DtlsResult::ok || outcome.result == DtlsResult::fingerprint_mismatch;
  require(is_complete || !outcome.handshake_ns);
  require(outcome.handshake_ns || outcome.result != DtlsResult::ok);
  require(!outcome.alert || outcome.result != DtlsResult::ok);
  for (const DtlsOutcome::Shown& shown : outcome.shown)
    require(shown.check != FingerprintCheck::matched || shown.certificate);
}

void check(std::string_view input) {
  std::uint64_t datagrams = 0, reports = 0;
  DtlsWatch watch(
      kLimits,
      [](const Endpoint& who, Fingerprints& given) {
        if (who.address[15] == 1)
          given.add("sha-1 DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09");
      },
      [&](const DtlsReport& report) {
        require_sound(report);
        ++reports;
      });
  std::uint64_t now_ns = kStart_ns;
  while (input.size() >= 3) {
    const std::uint8_t control = byte_at(input, 0);
    const std::string_view datagram = input.substr(3, u16_at(input, 1));
    input.remove_prefix(3 + datagram.size());
    now_ns += control & 0x80 ? 30'000 * kMillisecond : kMillisecond;
    watch.observe(endpoint(control & 3), endpoint(control >> 2 & 3), now_ns, datagram);
    require(watch.size() <= kLimits.associations);
    datagrams += datagram.size() / 54 + 1;  // a ClientHello, its header and that of a part take more
  }
  watch.advance(now_ns + 1'000'000 * kMillisecond);
  require(watch.size() == 0);
  require(reports <= datagrams);
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sipsonde::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
