// SPDX-License-Identifier: Apache-2.0
#include "facts/timestamp.h"

#include <chrono>

namespace sipsonde {
namespace {

void put_digits(char* end, std::uint64_t number, int digits) {
  for (; digits > 0; --digits, number /= 10) *--end = static_cast<char>('0' + number % 10);
}

}  // namespace

std::array<char, kTimestampLength> timestamp_text(std::uint64_t unix_ns) {
  constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
  const std::uint64_t seconds = unix_ns / kNsPerSecond;
  const std::uint64_t second_of_day = seconds % 86'400;
  const std::chrono::year_month_day day{std::chrono::sys_days{std::chrono::days{seconds / 86'400}}};

  std::array<char, kTimestampLength> text = {'0', '0', '0', '0', '-', '0', '0', '-', '0', '0',
                                             'T', '0', '0', ':', '0', '0', ':', '0', '0', '.',
                                             '0', '0', '0', '0', '0', '0', '0', '0', '0', 'Z'};
  put_digits(text.data() + 4, static_cast<std::uint64_t>(static_cast<int>(day.year())), 4);
  put_digits(text.data() + 7, static_cast<unsigned>(day.month()), 2);
  put_digits(text.data() + 10, static_cast<unsigned>(day.day()), 2);
  put_digits(text.data() + 13, second_of_day / 3600, 2);
  put_digits(text.data() + 16, second_of_day / 60 % 60, 2);
  put_digits(text.data() + 19, second_of_day % 60, 2);
  put_digits(text.data() + 29, unix_ns % kNsPerSecond, 9);
  return text;
}

}  // namespace sipsonde
