// SPDX-License-Identifier: Apache-2.0
#include "facts/timestamp.h"

#include <algorithm>
#include <chrono>

namespace sipsonde {
namespace {

constexpr std::array<char, kTimestampLength> kEmpty = {'0', '0', '0', '0', '-', '0', '0', '-', '0', '0',
                                                       'T', '0', '0', ':', '0', '0', ':', '0', '0', '.',
                                                       '0', '0', '0', '0', '0', '0', '0', '0', '0', 'Z'};

void put_digits(char* end, std::uint64_t number, int digits) {
  for (; digits > 0; --digits, number /= 10) *--end = static_cast<char>('0' + number % 10);
}

std::uint64_t digits_at(std::string_view text, std::size_t at, std::size_t count) {
  std::uint64_t number = 0;
  for (const char digit : text.substr(at, count)) number = number * 10 + static_cast<unsigned>(digit - '0');
  return number;
}

// Digits where digits are, and the same signs between them.
bool has_the_form(std::string_view text) {
  return std::ranges::equal(text, kEmpty, [](char given, char form) {
    return form == '0' ? given >= '0' && given <= '9' : given == form;
  });
}

}  // namespace

std::array<char, kTimestampLength> timestamp_text(std::uint64_t unix_ns) {
  constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
  const std::uint64_t seconds = unix_ns / kNsPerSecond;
  const std::uint64_t second_of_day = seconds % 86'400;
  const std::chrono::year_month_day day{std::chrono::sys_days{std::chrono::days{seconds / 86'400}}};

  std::array<char, kTimestampLength> text = kEmpty;
  put_digits(text.data() + 4, static_cast<std::uint64_t>(static_cast<int>(day.year())), 4);
  put_digits(text.data() + 7, static_cast<unsigned>(day.month()), 2);
  put_digits(text.data() + 10, static_cast<unsigned>(day.day()), 2);
  put_digits(text.data() + 13, second_of_day / 3600, 2);
  put_digits(text.data() + 16, second_of_day / 60 % 60, 2);
  put_digits(text.data() + 19, second_of_day % 60, 2);
  put_digits(text.data() + 29, unix_ns % kNsPerSecond, 9);
  return text;
}

std::optional<std::uint64_t> parse_timestamp(std::string_view text) {
  if (!has_the_form(text)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(digits_at(text, 0, 4))),
                                         std::chrono::month(static_cast<unsigned>(digits_at(text, 5, 2))),
                                         std::chrono::day(static_cast<unsigned>(digits_at(text, 8, 2)))};
  const std::uint64_t hour = digits_at(text, 11, 2), minute = digits_at(text, 14, 2);
  const std::uint64_t second = digits_at(text, 17, 2);
  if (!date.ok() || date.year() < std::chrono::year(1970) || hour > 23 || minute > 59 || second > 59)
    return std::nullopt;
  constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
  const auto days = static_cast<std::uint64_t>(std::chrono::sys_days{date}.time_since_epoch().count());
  const std::uint64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second;
  const std::uint64_t nanoseconds = digits_at(text, 20, 9);
  if (seconds > (UINT64_MAX - nanoseconds) / kNsPerSecond) return std::nullopt;  // in the year 2554
  return seconds * kNsPerSecond + nanoseconds;
}

}  // namespace sipsonde
