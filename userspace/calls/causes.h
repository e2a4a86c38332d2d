// SPDX-License-Identifier: Apache-2.0
// What codes and causes mean, as tables: a reader checks them against the RFCs, and an operator's overrides
// can be laid over them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "facts/fact.h"

namespace sipsonde {

// The Q.850 cause of a final response without a Reason header: RFC 3398 section 7.2.4.1, where that has
// none RFC 4497 section 8.4.1. 488 and 606 take the default that RFC 3398 gives them without a Warning.
std::uint16_t cause_of_code(std::uint16_t code);

// "NORMAL_CLEARING" for 16, as telephony operators write the causes of Q.850; empty when it has no name.
std::string_view name_of_cause(std::uint16_t cause);

// The disposition of a refusal by its code or cause: the table of docs/calls.md with an operator's rules laid
// over it.
class DispositionTable {
 public:
  explicit DispositionTable(const std::vector<DispositionRule>& rules = {});

  // A Q.850 cause that outranks the status code; nullopt when the code decides.
  std::optional<Disposition> of_cause(std::uint16_t cause) const;

  // Of a final response from 300 on. `rang`: an 18x came before it.
  Disposition of_code(std::uint16_t code, bool rang) const;

 private:
  static constexpr std::size_t kCauses = 128;
  static constexpr std::size_t kCodes = 700;
  std::array<std::optional<Disposition>, kCauses> ruled_causes_{};
  std::array<std::optional<Disposition>, kCodes> ruled_codes_{};
};

// Of a leg that was refused with this code.
FailureReason failure_of_code(std::uint16_t code);

}  // namespace sipsonde
