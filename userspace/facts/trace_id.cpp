// SPDX-License-Identifier: Apache-2.0
#include "facts/trace_id.h"

#include <openssl/sha.h>

#include <algorithm>

namespace sipsonde {

TraceId trace_id_of(std::string_view call_id) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(call_id.data()), call_id.size(), digest.data());
  TraceId trace_id;
  std::copy_n(digest.begin(), trace_id.size(), trace_id.begin());
  return trace_id;
}

std::array<char, 32> to_hex(const TraceId& trace_id) {
  constexpr char kHex[] = "0123456789abcdef";
  std::array<char, 32> text;
  for (std::size_t i = 0; i < trace_id.size(); ++i) {
    text[2 * i] = kHex[trace_id[i] >> 4];
    text[2 * i + 1] = kHex[trace_id[i] & 15];
  }
  return text;
}

}  // namespace sipsonde
