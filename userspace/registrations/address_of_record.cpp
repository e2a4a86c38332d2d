// SPDX-License-Identifier: Apache-2.0
#include "registrations/address_of_record.h"

#include <algorithm>

#include "decode/characters.h"
#include "decode/name_address.h"

namespace sipsonde {
namespace {

constexpr std::string_view kVisualSeparators = "-.()";  // RFC 3966 section 3
constexpr std::string_view kMarks = "-_.!~*'()";

bool is_unreserved(char c) {
  return is_letter(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
}

// -1 when it is no hexadecimal digit.
int value_of_hex(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool has_scheme(std::string_view uri, std::string_view scheme) {
  return equals_ignoring_case(uri.substr(0, scheme.size()), scheme);
}

// What stands between the host and the URI's parameters, when it is a port that the scheme does not imply.
std::string_view port_of(const NameAddress& address) {
  const auto host_end =
      static_cast<std::size_t>(address.host.data() + address.host.size() - address.uri.data());
  std::string_view rest = address.uri.substr(host_end);
  if (rest.empty() || rest.front() != ':') return {};
  rest.remove_prefix(1);
  const auto end = std::ranges::find_if_not(rest, is_digit);
  const std::string_view port = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  return port == (has_scheme(address.uri, "sips:") ? "5061" : "5060") ? std::string_view{} : port;
}

}  // namespace

std::optional<AddressOfRecord> AddressOfRecord::of(std::string_view uri) {
  NameAddress address;
  std::array<char, kCapacity + 4> with_scheme{};
  decode_uri(uri, address);
  const bool is_number = has_scheme(uri, "tel:");
  if (!is_number && !has_scheme(uri, "sip:") && !has_scheme(uri, "sips:")) {
    // As view() gives it.
    constexpr std::string_view kScheme = "sip:";
    if (uri.size() > kCapacity) return std::nullopt;
    const auto end = std::ranges::copy(uri, std::ranges::copy(kScheme, with_scheme.begin()).out).out;
    address = {};
    decode_uri({with_scheme.data(), static_cast<std::size_t>(end - with_scheme.begin())}, address);
  }

  AddressOfRecord record;
  bool fits = true;
  if (is_number) {
    fits = record.append_number(address.user);
  } else {
    if (address.host.empty()) return std::nullopt;
    if (!address.user.empty()) fits = record.append_user(address.user) && record.append('@');
    fits = fits && record.append_host(address.host);
    if (const std::string_view port = port_of(address); !port.empty())
      fits = fits && record.append(':') && record.append_host(port);
  }
  if (!fits || record.size_ == 0) return std::nullopt;
  return record;
}

bool AddressOfRecord::append(char byte) {
  if (size_ == kCapacity) return false;
  bytes_[size_++] = byte;
  return true;
}

// An escape stays where what it stands for would mean something else.
bool AddressOfRecord::append_user(std::string_view user) {
  for (std::size_t i = 0; i < user.size(); ++i) {
    char byte = user[i];
    if (byte == '%' && i + 2 < user.size()) {
      const int high = value_of_hex(user[i + 1]);
      const int low = value_of_hex(user[i + 2]);
      if (high >= 0 && low >= 0 && is_unreserved(static_cast<char>(high * 16 + low))) {
        byte = static_cast<char>(high * 16 + low);
        i += 2;
      }
    }
    if (!append(byte)) return false;
  }
  return true;
}

bool AddressOfRecord::append_host(std::string_view host) {
  return std::ranges::all_of(host, [this](char byte) { return append(to_lower(byte)); });
}

bool AddressOfRecord::append_number(std::string_view number) {
  return std::ranges::all_of(number, [this](char byte) {
    return kVisualSeparators.find(byte) != std::string_view::npos || append(byte);
  });
}

}  // namespace sipsonde
