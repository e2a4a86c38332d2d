// SPDX-License-Identifier: Apache-2.0
#include "config/values.h"

#include <charconv>
#include <optional>

#include "base/log.h"
#include "config/network.h"

namespace sipsonde {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Largest first: what is printed takes the largest unit that divides.
constexpr Unit kDurationUnits[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
constexpr Unit kSizeUnits[] = {{"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}, {"", 1}};

constexpr std::uint64_t kLongestMs = 3650ull * 86'400'000;
constexpr std::uint64_t kLargestBytes = 1ull << 50;

// Takes digits off the front of `text`; nothing when there are none or they overflow.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && (text[length] < '0' || text[length] > '9')) ++length;
  const std::string_view letters = text.substr(0, length);
  text.remove_prefix(length);
  return letters;
}

template <std::size_t kCount>
std::optional<std::uint64_t> factor_of(const Unit (&units)[kCount], std::string_view name) {
  for (const Unit& unit : units)
    if (unit.name == name) return unit.factor;
  return std::nullopt;
}

// `number` of `factor`, or nothing when that is more than `most`.
std::optional<std::uint64_t> scaled(std::uint64_t number, std::uint64_t factor, std::uint64_t most) {
  if (number > most / factor) return std::nullopt;
  return number * factor;
}

template <std::size_t kCount>
std::string in_largest_unit(const Unit (&units)[kCount], std::uint64_t amount) {
  for (const Unit& unit : units)
    if (amount != 0 && amount % unit.factor == 0)
      return std::to_string(amount / unit.factor).append(unit.name);
  return std::string("0").append(units[kCount - 2].name);
}

}  // namespace

Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const std::string range = std::to_string(least) + " to " + std::to_string(most);
  std::string_view rest = text;
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  if (!digits) return Error{in_quotes(text) + " is no whole number; use " + range, 2};
  const auto number = take_number(rest);
  if (!number || *number < least || *number > most)
    return Error{in_quotes(text) + " is out of range; use " + range, 2};
  return *number;
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const Error bad{in_quotes(text) + " is no duration; write a number and a unit (ms, s, m, h, d) such as 90s",
                  2};
  std::string_view rest = text;
  std::uint64_t total = 0;
  do {
    const auto number = take_number(rest);
    const auto factor = factor_of(kDurationUnits, take_letters(rest));
    if (!number || !factor) return bad;
    const auto part = scaled(*number, *factor, kLongestMs);
    if (!part || *part + total > kLongestMs)
      return Error{in_quotes(text) + " is out of range; use at most 3650d", 2};
    total += *part;
  } while (!rest.empty());
  return std::chrono::milliseconds(total);
}

std::string duration_to_text(std::chrono::milliseconds duration) {
  return in_largest_unit(kDurationUnits, static_cast<std::uint64_t>(duration.count()));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  const auto factor = factor_of(kSizeUnits, rest);
  if (!number || !factor)
    return Error{in_quotes(text) + " is no size; write bytes or a number with KiB, MiB or GiB such as 64MiB",
                 2};
  const auto bytes = scaled(*number, *factor, kLargestBytes);
  if (!bytes)
    return Error{in_quotes(text) + " is out of range; use at most " + size_to_text(kLargestBytes), 2};
  return *bytes;
}

std::string size_to_text(std::uint64_t bytes) {
  return bytes == 0 ? "0" : in_largest_unit(kSizeUnits, bytes);
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const Error bad{in_quotes(text) + " is no address to listen on; write ADDRESS:PORT such as 127.0.0.1:9092",
                  2};
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return bad;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";

  const auto address = parse_address(host);
  if (!address || bracketed != (host.find(':') != host.npos)) return bad;
  const auto port = parse_count(text.substr(colon + 1), 0, 65535);
  if (!port) return in_context(in_quotes(text) + ": port", port.error());
  return ListenAddress{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::string to_text(const ListenAddress& address) {
  const bool bracketed = address.host.find(':') != address.host.npos;
  const std::string host = bracketed ? "[" + address.host + "]" : address.host;
  return host + ":" + std::to_string(address.port);
}

Result<HepListen> parse_hep_listen(std::string_view text) {
  constexpr std::string_view kUdp = "udp://";
  constexpr std::string_view kTcp = "tcp://";
  const bool udp = text.starts_with(kUdp);
  if (!udp && !text.starts_with(kTcp))
    return Error{in_quotes(text) + " names no transport; write udp://ADDRESS:PORT or tcp://ADDRESS:PORT", 2};
  auto address = parse_listen_address(text.substr(kUdp.size()));
  if (!address) return address.error();
  return HepListen{udp ? HepListen::Transport::udp : HepListen::Transport::tcp, *std::move(address)};
}

std::string to_text(const HepListen& listen) {
  return (listen.transport == HepListen::Transport::udp ? "udp://" : "tcp://") + to_text(listen.address);
}

Result<RemoteEndpoint> parse_remote_endpoint(std::string_view text) {
  const Error bad{in_quotes(text) + " is no address of a receiver; write HOST:PORT such as 192.0.2.1:9060",
                  2};
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return bad;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  constexpr std::string_view kOfNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  constexpr std::size_t kLongest = 253;  // RFC 1035 section 2.3.4
  const bool name = !host.empty() && host.size() <= kLongest && host.find_first_not_of(kOfNames) == host.npos;
  if (bracketed ? !parse_address(host) : !name) return bad;
  const auto port = parse_count(text.substr(colon + 1), 1, 65535);
  if (!port) return in_context(in_quotes(text) + ": port", port.error());
  return RemoteEndpoint{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::string to_text(const RemoteEndpoint& endpoint) {
  return to_text(ListenAddress{endpoint.host, endpoint.port});
}

bool is_api_token(std::string_view text) {
  constexpr std::size_t kLongest = 1024;
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
  return !text.empty() && text.size() <= kLongest && std::all_of(text.begin(), text.end(), is_visible);
}

std::string in_quotes(std::string_view text) {
  return "\"" + printable(text) + "\"";
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
  return out;
}

}  // namespace sipsonde
