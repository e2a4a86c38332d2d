// SPDX-License-Identifier: Apache-2.0
#include "api/time_text.h"

#include <charconv>
#include <chrono>

namespace sipsonde {
namespace {

constexpr std::int64_t kSecond_ns = 1'000'000'000;
constexpr std::int64_t kFirstMilliseconds = 100'000'000'000;  // as seconds: the year 5138
constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2261;  // whole years that 64 bits of nanoseconds with a sign hold

// Takes from the front of a text; the first thing that is not there makes everything after it fail.
class Taker {
 public:
  explicit Taker(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (i >= rest_.size() || rest_[i] < '0' || rest_[i] > '9') return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  // The one of these characters that stands there.
  char one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == characters.npos) return fail(), '\0';
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }
  bool starts_with(char c) const { return good_ && rest_.starts_with(c); }
  bool starts_with_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  bool ok() const { return good_; }
  bool done() const { return good_ && rest_.empty(); }

 private:
  int fail() {
    good_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

std::optional<std::int64_t> take_day_seconds(Taker& taker) {
  using namespace std::chrono;
  const int years = taker.digits(4);
  taker.one_of("-");
  const int months = taker.digits(2);
  taker.one_of("-");
  const int days = taker.digits(2);
  const year_month_day date{year{years}, month{static_cast<unsigned>(months)},
                            day{static_cast<unsigned>(days)}};
  if (!taker.ok() || !date.ok() || years < kFirstYear || years > kLastYear) return std::nullopt;
  return duration_cast<seconds>(sys_days{date}.time_since_epoch()).count();
}

std::int64_t take_fraction_ns(Taker& taker) {
  std::int64_t fraction = 0;
  if (!taker.starts_with('.')) return fraction;
  taker.one_of(".");
  std::int64_t place = kSecond_ns / 10;
  do {
    fraction += taker.digits(1) * place;
    place /= 10;
  } while (taker.starts_with_digit() && place > 0);
  return fraction;
}

std::int64_t take_offset_seconds(Taker& taker) {
  const char sign = taker.one_of("Zz+-");
  if (sign != '+' && sign != '-') return 0;
  const int hours = taker.digits(2);
  taker.one_of(":");
  const int minutes = taker.digits(2);
  if (hours > 23 || minutes > 59) taker.digits(99);
  const std::int64_t offset = hours * 3600 + minutes * 60;
  return sign == '+' ? offset : -offset;
}

}  // namespace

std::optional<std::uint64_t> parse_rfc3339(std::string_view text) {
  Taker taker(text);
  const auto day = take_day_seconds(taker);
  if (!day) return std::nullopt;
  taker.one_of("Tt ");
  const int hours = taker.digits(2);
  taker.one_of(":");
  const int minutes = taker.digits(2);
  taker.one_of(":");
  const int seconds = taker.digits(2);
  const std::int64_t fraction_ns = take_fraction_ns(taker);
  const std::int64_t offset = take_offset_seconds(taker);
  if (!taker.done() || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  const std::int64_t unix_seconds = *day + hours * 3600 + minutes * 60 + seconds - offset;
  if (unix_seconds < 0) return std::nullopt;
  return static_cast<std::uint64_t>(unix_seconds * kSecond_ns + fraction_ns);
}

std::optional<std::int64_t> parse_time_ms(std::string_view text) {
  if (const auto time_ns = parse_rfc3339(text)) return static_cast<std::int64_t>(*time_ns / 1'000'000);
  Taker day_taker(text);
  if (const auto day = take_day_seconds(day_taker); day && day_taker.done()) return *day * 1000;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  if (number >= kFirstMilliseconds)
    return number <= INT64_MAX / 1'000'000 ? std::optional(number) : std::nullopt;
  return number * 1000;
}

}  // namespace sipsonde
