// SPDX-License-Identifier: Apache-2.0
#include "rating/rate_file.h"

#include <algorithm>
#include <vector>

#include "base/input_file.h"
#include "config/values.h"
#include "rating/csv_line.h"

namespace sipsonde {
namespace {

constexpr std::size_t kFileBytesMax = 256u << 20;
constexpr std::size_t kColumns = 5;
constexpr std::uint32_t kIncrementMax = 86'400;  // a day

// A million a minute leaves 64 bits room for years of a call.
constexpr std::int64_t kBillion = 1'000'000'000;
constexpr std::int64_t kUnitsMax = 1'000'000;
constexpr std::size_t kDecimalsMax = 9;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, is_digit);
}

Error wrong(std::string_view what, std::string_view text, std::string_view remedy) {
  return Error{std::string(what) + " " + in_quotes(text) + " " + std::string(remedy), 2};
}

// ---- one field each ----

Result<Done> read_prefix(std::string_view text, PrefixRate& line) {
  std::string_view digits = text;
  if (digits.starts_with('+'))
    digits.remove_prefix(1);
  else if (digits.starts_with("00"))
    digits.remove_prefix(2);
  if (!is_digits(digits)) return wrong("prefix", text, "is no prefix; write digits such as 4930 or +4930");
  if (digits.size() > kPrefixDigitsMax)
    return wrong("prefix", text, "is longer than a number; use at most 15 digits");
  line.prefix = packed_digits(digits);
  line.length = static_cast<std::uint8_t>(digits.size());
  return Done{};
}

Result<Done> read_price(std::string_view text, Rate& rate) {
  const std::size_t point = text.find('.');
  const std::string_view units = text.substr(0, point);
  const std::string_view decimals = point == text.npos ? "0" : text.substr(point + 1);
  if (!is_digits(units) || !is_digits(decimals))
    return wrong("price", text, "is no price; write digits and a decimal point such as 0.0125");
  if (decimals.size() > kDecimalsMax) return wrong("price", text, "is too exact; use at most 9 decimals");
  std::int64_t whole = 0;
  for (const char digit : units) {
    whole = whole * 10 + (digit - '0');
    if (whole > kUnitsMax) return wrong("price", text, "is out of range; use 0 to 1000000 a minute");
  }
  std::int64_t fraction = 0;
  for (std::size_t i = 0; i < kDecimalsMax; ++i)
    fraction = fraction * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
  rate.billionths_per_minute = whole * kBillion + fraction;
  return Done{};
}

Result<Done> read_currency(std::string_view text, Rate& rate) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (text.size() != rate.currency.size() || !std::ranges::all_of(text, is_capital))
    return wrong("currency", text, "is no code of ISO 4217; write three capitals such as EUR");
  std::ranges::copy(text, rate.currency.begin());
  return Done{};
}

Result<Done> read_increment(std::string_view what, std::string_view text, std::uint32_t least,
                            std::uint32_t& seconds) {
  const auto refused = [&] {
    return wrong(what, text, "is no increment; use whole seconds, " + std::to_string(least) + " to 86400");
  };
  if (!is_digits(text) || text.size() > 9) return refused();
  std::uint32_t value = 0;
  for (const char digit : text) value = value * 10 + static_cast<std::uint32_t>(digit - '0');
  if (value < least || value > kIncrementMax) return refused();
  seconds = value;
  return Done{};
}

// ---- one line ----

Result<PrefixRate> read_line(const CsvLine& csv) {
  if (csv.count != kColumns)
    return Error{"has " + std::to_string(csv.count) + (csv.count == 1 ? " field" : " fields") +
                     "; write prefix,price per minute,currency,first increment,next increment",
                 2};
  PrefixRate line;
  if (auto read = read_prefix(csv.fields[0], line); !read) return read.error();
  if (auto read = read_price(csv.fields[1], line.rate); !read) return read.error();
  if (auto read = read_currency(csv.fields[2], line.rate); !read) return read.error();
  // A first increment of 0 charges nothing for the answer itself; a next one of 0 would never end.
  if (auto read = read_increment("first increment", csv.fields[3], 0, line.rate.first_seconds); !read)
    return read.error();
  if (auto read = read_increment("next increment", csv.fields[4], 1, line.rate.next_seconds); !read)
    return read.error();
  return line;
}

// Names of columns: neither the first nor the second of them is a number.
bool is_header(const CsvLine& csv) {
  return csv.count > 1 && !has_digit(csv.fields[0]) && !has_digit(csv.fields[1]) && !csv.fields[0].empty();
}

bool is_blank_or_comment(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == text.npos || text[begin] == '#';
}

// ---- the file ----

class RateLines {
 public:
  RateLines(const std::string& name, std::string_view text, std::size_t most)
      : name_(name), rest_(text), most_(most) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  }

  Result<RateDeck> read() {
    while (!rest_.empty())
      if (auto taken = take_line(); !taken) return taken.error();
    if (lines_.empty())
      return Error{name_ + ": has no prices; write a line such as 49,0.0125,EUR,60,1 or remove rates", 2};
    RateDeck deck;
    Contradiction found;
    if (!RateDeck::compile(std::move(lines_), deck, found)) {
      number_ = found.line;
      return error("prefix \"" + found.digits + "\" has another price in line " +
                   std::to_string(found.other_line) + "; keep one");
    }
    return deck;
  }

 private:
  Error error(const std::string& message) const {
    return Error{name_ + ":" + std::to_string(number_) + ": " + message, 2};
  }

  Result<Done> take_line() {
    ++number_;
    std::string_view text = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(text.size() + 1, rest_.size()));
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.size() > kRateLineMax)
      return error("is longer than " + std::to_string(kRateLineMax) + " bytes; write a line for each prefix");
    const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; };
    if (std::ranges::any_of(text, is_control))
      return error("has a control character; write the file as plain text in UTF-8");
    if (is_blank_or_comment(text)) return Done{};

    const auto csv = split_csv_line(text);
    if (!csv) return error(csv.error().message);
    const bool is_first = !seen_one_;
    seen_one_ = true;
    if (is_first && is_header(*csv)) return Done{};
    auto line = read_line(*csv);
    if (!line) return error(line.error().message);
    if (lines_.size() == most_)
      return error("is one prefix more than " + std::to_string(most_) + "; leave out the least used");
    line->line = number_;
    lines_.push_back(*line);
    return Done{};
  }

  const std::string name_;
  std::string_view rest_;
  const std::size_t most_;
  std::uint32_t number_ = 0;
  bool seen_one_ = false;
  std::vector<PrefixRate> lines_;
};

}  // namespace

Result<RateDeck> parse_rates(const std::string& name, std::string_view text, std::size_t most) {
  return RateLines(name, text, most).read();
}

Result<RateDeck> read_rates(const std::string& path) {
  const auto file = read_input_file(path, kFileBytesMax);
  if (!file)
    return Error{"read rates " + in_quotes(path) + ": " + file.error().message + "; name a readable CSV file",
                 2};
  return parse_rates(one_line(path), file->bytes);
}

}  // namespace sipsonde
