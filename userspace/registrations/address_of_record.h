// SPDX-License-Identifier: Apache-2.0
// An address-of-record in the form in which a registrar looks it up (RFC 3261 section 10.3, step 5): without
// scheme, password and parameters, the host in small letters, escapes of what needs none undone:
// `alice@example.com`. A port other than the scheme's own stays. Of a tel: URI it is the number without
// visual separators (RFC 3966 section 4), `+15551230001`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

class AddressOfRecord {
 public:
  // Of a To URI, or of such a text as view() gives. Nullopt when there is nothing in it or too much.
  static std::optional<AddressOfRecord> of(std::string_view uri);

  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  static constexpr std::size_t kCapacity = 512;

  bool append(char byte);
  bool append_user(std::string_view user);
  bool append_host(std::string_view host);
  bool append_number(std::string_view number);

  std::array<char, kCapacity> bytes_{};
  std::uint16_t size_ = 0;
};

}  // namespace sipsonde
