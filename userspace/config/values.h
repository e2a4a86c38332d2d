// SPDX-License-Identifier: Apache-2.0
// One value as a person writes it: text to number, duration, size, address. Errors say what is wrong with
// the text and how to write it; where it stands is added by the caller.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/settings.h"

namespace sipsonde {

// Decimal digits, `least` to `most`.
Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t least, std::uint64_t most);

// "500ms", "90s", "1h30m", "14d": a unit is required; at most ten years.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);
std::string duration_to_text(std::chrono::milliseconds duration);

// Bytes: "4096", "64KiB", "256MiB", "2GiB".
Result<std::uint64_t> parse_size(std::string_view text);
std::string size_to_text(std::uint64_t bytes);

// "127.0.0.1:9092", "[::1]:9092" or "localhost:9092", which is 127.0.0.1.
Result<ListenAddress> parse_listen_address(std::string_view text);
std::string to_text(const ListenAddress& address);

// "udp://127.0.0.1:9060" or "tcp://[::1]:9060".
Result<HepListen> parse_hep_listen(std::string_view text);
std::string to_text(const HepListen& listen);

// Where somebody listens: "homer.example:9060", "192.0.2.1:9060", "[2001:db8::1]:9060". `host` is without
// brackets.
struct RemoteEndpoint {
  std::string host;
  std::uint16_t port = 0;
};
Result<RemoteEndpoint> parse_remote_endpoint(std::string_view text);
std::string to_text(const RemoteEndpoint& endpoint);

// What a client can send as it is: 1 to 1024 visible characters of ASCII.
bool is_api_token(std::string_view text);

// The text as it may stand in an error line: quoted, printable, short.
std::string in_quotes(std::string_view text);

// Text of our own or a path, which may be long and in any language: control characters become blanks.
std::string one_line(std::string_view text);

}  // namespace sipsonde
