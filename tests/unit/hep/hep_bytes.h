// SPDX-License-Identifier: Apache-2.0
// HEP packets chunk by chunk, right and wrong ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sipsonde {

using namespace std::string_literals;  // bytes with zeros among them

inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int left = bytes; left > 0; --left) out.push_back(static_cast<char>(value >> (8 * (left - 1))));
  return out;
}

inline std::string chunk(unsigned type, std::string_view value, unsigned vendor = 0) {
  return big_endian(vendor, 2) + big_endian(type, 2) + big_endian(6 + value.size(), 2) + std::string(value);
}

inline std::string hep_of(const std::string& chunks) {
  return "HEP3" + big_endian(6 + chunks.size(), 2) + chunks;
}

// The packet of the specification's example: from 212.202.0.1:12010 to 82.116.0.211:5060 over UDP.
struct HepExample {
  std::string family = chunk(0x0001, "\x02");
  std::string protocol = chunk(0x0002, "\x11");
  std::string source = chunk(0x0003, "\xd4\xca\x00\x01"s);
  std::string destination = chunk(0x0004, "\x52\x74\x00\xd3"s);
  std::string source_port = chunk(0x0007, "\x2e\xea");
  std::string destination_port = chunk(0x0008, "\x13\xc4");
  std::string seconds = chunk(0x0009, "\x4e\x49\x82\xcb");
  std::string microseconds = chunk(0x000a, "\x00\x01\xd4\xc0"s);
  std::string type = chunk(0x000b, "\x01");
  std::string capture_id = chunk(0x000c, "\x00\x00\x00\xe4"s);
  std::string payload = chunk(0x000f, "INVITE sip:bob");
  std::string more = {};

  std::string bytes() const {
    return hep_of(family + protocol + source + destination + source_port + destination_port + seconds +
                  microseconds + type + capture_id + payload + more);
  }
};

}  // namespace sipsonde
