// SPDX-License-Identifier: Apache-2.0
// Handshake messages made whole from their fragments (RFC 6347 section 4.2.3). One for each side of an
// association; bounded in messages and in bytes, and all of them together by one budget.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decode/dtls.h"

namespace sipsonde {

// What all reassemblies of one thread may hold together, and how often something was given up.
struct DtlsMemory {
  std::size_t limit_bytes = 4 << 20;
  std::size_t used_bytes = 0;
  std::uint64_t given_up = 0;  // messages: too large, no room, or newer ones needed the place
  std::string whole;           // the message last completed
};

class DtlsReassembly {
 public:
  static constexpr std::size_t kFlightBytes = 16 << 10;
  static constexpr std::size_t kMessages = 3;  // at once; the one with the lowest message_seq gives way

  explicit DtlsReassembly(DtlsMemory& memory) : memory_(memory) {}
  DtlsReassembly(const DtlsReassembly&) = delete;
  DtlsReassembly& operator=(const DtlsReassembly&) = delete;
  ~DtlsReassembly() { clear(); }

  // The body of the message that this fragment completes: of a whole message its own bytes, else a view that
  // lives until the next call for the same memory. Repetitions complete it again. nullopt: not yet, or given
  // up. Parts that contradict what is held begin the message anew.
  std::optional<std::string_view> add(const DtlsFragment& fragment);

  void clear();

 private:
  struct Message {
    std::string bytes;          // empty: a free place
    std::vector<bool> arrived;  // for each byte
    std::size_t missing = 0;
    std::uint16_t sequence = 0;
    DtlsMessageType type{};
  };

  Message* find(const DtlsFragment& fragment);
  Message* begin(const DtlsFragment& fragment);
  Message& free_place();
  void release(Message& message);
  std::size_t held_bytes() const;

  DtlsMemory& memory_;
  std::array<Message, kMessages> messages_;
};

}  // namespace sipsonde
