// SPDX-License-Identifier: Apache-2.0
#include "otlp/span_id.h"

#include "base/hash.h"

namespace sipsonde {

SpanIds::SpanIds(std::string_view node) : seed_(hash_bytes(node, 0)) {}

SpanId SpanIds::of(std::string_view call_id, std::uint32_t leg, SpanRole role, std::uint64_t number) const {
  const std::uint64_t place = static_cast<std::uint64_t>(leg) << 8 | static_cast<std::uint64_t>(role);
  std::uint64_t hash = hash_bytes(call_id, seed_ ^ multiply_and_fold(place + 1, number ^ 0x9e3779b97f4a7c15));
  if (hash == 0) hash = 1;  // all zero is no id
  SpanId id;
  for (std::uint8_t& byte : id) {
    byte = static_cast<std::uint8_t>(hash >> 56);
    hash <<= 8;
  }
  return id;
}

}  // namespace sipsonde
