// SPDX-License-Identifier: Apache-2.0
// Reading what a transfer says: where a REFER sends its receiver (RFC 3515), which call the new one takes the
// place of (RFC 3891), and what a NOTIFY quotes about how it went (RFC 3420).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

// A Refer-To URI in its parts: views into it.
struct ReferTarget {
  std::string_view uri;       // without the headers that the new INVITE is to carry
  std::string_view replaces;  // the Replaces header among those, still escaped; empty for a blind transfer
};
ReferTarget refer_target_of(std::string_view refer_to);

// The Call-ID at the front of a Replaces header (RFC 3891 section 6.1).
std::string_view call_id_of_replaces(std::string_view replaces);

// A text that was escaped as %HH within a URI (RFC 3261 section 19.1.2), its first kSize bytes.
class Unescaped {
 public:
  explicit Unescaped(std::string_view escaped);
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  static constexpr std::size_t kSize = 512;
  std::array<char, kSize> bytes_;
  std::size_t size_ = 0;
};

// The status that the body of a NOTIFY quotes: its first line is a status line. nullopt when the body is no
// message/sipfrag or does not begin with one.
std::optional<std::uint16_t> quoted_status(std::string_view content_type, std::string_view body);

}  // namespace sipsonde
