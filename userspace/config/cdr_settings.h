// SPDX-License-Identifier: Apache-2.0
// Where call detail records go besides their file (docs/cdr-backends.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sipsonde {

enum class RowFormat : std::uint8_t { jsonl, csv };

struct CdrHttpSettings {
  std::string url;          // empty: off
  std::string auth_header;  // the value of Authorization; empty: none
  std::uint32_t batch = 100;
  std::chrono::milliseconds timeout{10'000};  // of one request
  std::string ca_file;                        // PEM; empty: the system's

  bool is_on() const { return !url.empty(); }
};

struct CdrSyslogSettings {
  enum class Transport : std::uint8_t { udp, tcp, tls };
  Transport transport = Transport::udp;
  std::string host;  // without brackets; empty: off
  std::uint16_t port = 0;
  std::uint8_t facility = 16;  // RFC 5424 section 6.2.1: local0
  std::string ca_file;         // PEM, of tls; empty: the system's

  bool is_on() const { return !host.empty(); }
};

}  // namespace sipsonde
