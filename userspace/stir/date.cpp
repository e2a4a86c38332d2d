// SPDX-License-Identifier: Apache-2.0
#include "stir/date.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr std::string_view kPattern = "www, dd mmm yyyy hh:mm:ss GMT";
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Field {
  std::size_t at;
  std::size_t length;
  std::uint32_t maximum;
};
constexpr Field kDay{5, 2, 31}, kYear{12, 4, 9999}, kHour{17, 2, 23}, kMinute{20, 2, 59}, kSecond{23, 2, 60};

// The separators stand where they should, whatever is between them.
bool has_shape(std::string_view value) {
  if (value.size() != kPattern.size() || !value.ends_with(" GMT")) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = kPattern[i];
    if ((c == ' ' || c == ',' || c == ':') && value[i] != c) return false;
  }
  return true;
}

std::optional<std::uint32_t> read(std::string_view value, const Field& field) {
  return decode_number(value.substr(field.at, field.length), field.maximum);
}

}  // namespace

std::optional<std::int64_t> decode_date(std::string_view value) {
  if (!has_shape(value)) return std::nullopt;
  const auto month = std::ranges::find(kMonths, value.substr(8, 3));
  const auto day = read(value, kDay), year = read(value, kYear);
  const auto hour = read(value, kHour), minute = read(value, kMinute), second = read(value, kSecond);
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(static_cast<int>(*year)),
                            std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
                            std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  const auto time = sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second);
  return duration_cast<seconds>(time.time_since_epoch()).count();
}

}  // namespace sipsonde
