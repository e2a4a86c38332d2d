// SPDX-License-Identifier: Apache-2.0
// Any sequence of packets through one small table: the sum that its header promises holds after each, and no
// datagram is larger than IP allows. Input: for each packet one byte of time that passes (in half seconds),
// two bytes of length, then the packet.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "decode/network_order.h"
#include "decode/reassembly.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kLimitBytes = 32 << 10;
constexpr std::uint64_t kHalfSecond = 500'000'000;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_sums(const FragmentTable& table, std::uint64_t packets, std::uint64_t datagrams) {
  const std::uint64_t held = table.count(FragmentResult::held);
  const std::uint64_t reassembled = table.count(FragmentResult::reassembled);
  require(held == reassembled + table.count(FragmentResult::timeout) + table.count(FragmentResult::overlap) +
                      table.count(FragmentResult::evicted) + table.in_memory());
  require(held <= packets);
  require(datagrams <= reassembled);
  require(table.refused() <= 2 * packets);
}

void require_sound(const Datagram& datagram) {
  require(datagram.payload.size() <= 65535 - 8);
  require(datagram.head.payload_len == datagram.payload.size());
  require(datagram.head.kind == SIPSONDE_KIND_sip && datagram.head.path == SIPSONDE_PATH_reassembled);
  // Every byte is read, so that the address sanitizer sees where they lie.
  unsigned sum = 0;
  for (const char byte : datagram.payload) sum += static_cast<unsigned char>(byte);
  require(sum <= 255u * 65535u);
}

void check(std::string_view input) {
  std::uint64_t datagrams = 0;
  FragmentTable table(kLimitBytes, [&](const Datagram& datagram) {
    require_sound(datagram);
    ++datagrams;
  });
  sipsonde_event head{};
  std::uint64_t packets = 0;
  while (input.size() >= 3) {
    head.time_ns += byte_at(input, 0) * kHalfSecond;
    const std::string_view packet = input.substr(3, u16_at(input, 1));
    input.remove_prefix(3 + packet.size());
    table.observe(head, packet);
    require_sums(table, ++packets, datagrams);
  }
  table.advance(head.time_ns + 60 * kHalfSecond);
  require(table.in_memory() == 0);
  require_sums(table, packets, datagrams);
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sipsonde::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
