// SPDX-License-Identifier: Apache-2.0
// The leg that a callback is about, and what the script has said of it so far. What is said goes into the
// leg's memory once, at the end of the callback, however often the script changed its mind.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "calls/leg_script.h"
#include "config/settings.h"
#include "facts/fact.h"
#include "script/script_metrics.h"

namespace sipsonde {

enum class Moment : std::uint8_t { start, answer, end };

inline constexpr std::size_t kScriptTextBytes = 512;  // of a value; what is longer is cut
inline constexpr std::size_t kCustomFields = 16;      // of a leg
inline constexpr std::size_t kCustomNameBytes = 64;

class ScriptedCall {
 public:
  explicit ScriptedCall(const TrunkTable& trunks) : trunks_(trunks) {}

  void begin(Moment moment, const ScriptedLeg& leg);
  void commit();  // what was said is the leg's from here on

  // False outside of a callback: nothing else may be asked then.
  bool is_open() const { return leg_ != nullptr; }
  Moment moment() const { return moment_; }
  const CallRecord& record() const { return leg_->record; }
  const SipMessage* message() const { return leg_->message; }
  const TrunkRule& trunk() const { return trunks_[leg_->record.trunk]; }
  std::string_view tenant() const;

  // The first header of that name, without folds (RFC 3261 section 7.3.1); false: there is none. Valid until
  // the next.
  bool header(std::string_view name, std::string_view& value);

  enum class TextField : std::uint8_t { tenant, currency, recording_url, agent_id, route };
  void set(TextField field, std::string_view text);  // empty: unknown
  void set_price(std::optional<std::int64_t> micros) { leg_->record.price_micros = micros; }

  // `name` lives as long as the process. False: too many fields.
  bool set_custom(std::string_view name, std::string_view text);

 private:
  static constexpr std::size_t kTextFields = 5;

  // Text that changes without an allocation.
  struct Slot {
    std::string_view assign(std::string_view text);
    char bytes[kScriptTextBytes];
  };

  std::string_view& text_of(TextField field);

  const TrunkTable& trunks_;
  const ScriptedLeg* leg_ = nullptr;
  Moment moment_ = Moment::start;
  std::array<Slot, kTextFields> texts_;
  std::array<bool, kTextFields> text_set_{};
  std::array<Slot, kCustomFields> custom_texts_;
  std::array<bool, kCustomFields> custom_set_{};
  std::array<Attribute, kCustomFields> custom_;
  std::size_t custom_count_ = 0;
  std::string unfolded_;
};

}  // namespace sipsonde
