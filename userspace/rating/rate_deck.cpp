// SPDX-License-Identifier: Apache-2.0
#include "rating/rate_deck.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <unordered_map>

namespace sipsonde {
namespace {

constexpr unsigned kBitsADigit = 4;
constexpr std::size_t kPackedDigits = 16;
constexpr std::uint32_t kNoRate = 0xffffffff;

// Of the index: 7 MB for six digits.
constexpr std::size_t kDigitValues = 11;
constexpr unsigned kHeadDigitsMax = 6;

// The last packed number that begins with this prefix.
std::uint64_t last_of(const PrefixRate& line) {
  return line.prefix | (~0ull >> (kBitsADigit * line.length));
}

std::string digits_of(const PrefixRate& line) {
  std::string digits;
  for (unsigned i = 0; i < line.length; ++i)
    digits.push_back(static_cast<char>('0' - 1 + ((line.prefix >> (60 - kBitsADigit * i)) & 0xf)));
  return digits;
}

struct HashRate {
  std::size_t operator()(const Rate& rate) const {
    std::uint64_t hash = static_cast<std::uint64_t>(rate.billionths_per_minute);
    for (const std::uint64_t part :
         {std::uint64_t{rate.first_seconds}, std::uint64_t{rate.next_seconds},
          static_cast<std::uint64_t>(rate.currency[0] << 16 | rate.currency[1] << 8 | rate.currency[2])})
      hash = (hash ^ part) * 0x9e3779b97f4a7c15;
    return static_cast<std::size_t>(hash ^ hash >> 32);
  }
};

// Gives each distinct rate a number.
class RateNumbers {
 public:
  explicit RateNumbers(std::vector<Rate>& rates) : rates_(rates) {}

  std::uint32_t of(const Rate& rate) {
    const auto [place, added] = numbers_.try_emplace(rate, static_cast<std::uint32_t>(rates_.size()));
    if (added) rates_.push_back(rate);
    return place->second;
  }

 private:
  std::vector<Rate>& rates_;
  std::unordered_map<Rate, std::uint32_t, HashRate> numbers_;
};

}  // namespace

std::uint64_t packed_digits(std::string_view digits) {
  std::uint64_t packed = 0;
  unsigned shift = 64;
  for (const char digit : digits.substr(0, kPackedDigits)) {
    shift -= kBitsADigit;
    packed |= static_cast<std::uint64_t>(digit - '0' + 1) << shift;
  }
  return packed;
}

bool RateDeck::compile(std::vector<PrefixRate> lines, RateDeck& deck, Contradiction& contradiction) {
  // An outer prefix comes before what lies inside it; of equal ones the first line of the file.
  std::ranges::sort(lines, {},
                    [](const PrefixRate& line) { return std::tuple(line.prefix, line.length, line.line); });
  const auto twice = std::ranges::adjacent_find(lines, [](const PrefixRate& one, const PrefixRate& other) {
    return one.prefix == other.prefix && one.rate != other.rate;
  });
  if (twice != lines.end()) {
    contradiction = {twice[1].line, twice[0].line, digits_of(*twice)};
    return false;
  }

  deck = RateDeck();
  RateNumbers numbers(deck.rates_);
  struct Open {
    std::uint64_t last;
    std::uint32_t rate;
  };
  std::array<Open, kPrefixDigitsMax> open;  // prefixes around the place where we are, each inside the last
  std::size_t depth = 0;
  const auto close = [&] {
    --depth;
    // No digit has the value 15, so that the number after the last of a prefix is in 64 bits.
    deck.append(open[depth].last + 1, depth > 0 ? open[depth - 1].rate : kNoRate);
  };
  const PrefixRate* before = nullptr;
  for (const PrefixRate& line : lines) {
    if (before && before->prefix == line.prefix) continue;  // the packed word says the length, too
    before = &line;
    while (depth > 0 && open[depth - 1].last < line.prefix) close();
    open[depth++] = {last_of(line), numbers.of(line.rate)};
    deck.append(line.prefix, open[depth - 1].rate);
    ++deck.prefixes_;
  }
  while (depth > 0) close();
  deck.index();
  return true;
}

// What begins where the last one begins takes its place; what changes nothing begins nothing.
void RateDeck::append(std::uint64_t from, std::uint32_t rate) {
  if (!stretches_.empty() && stretches_.back().from == from) stretches_.pop_back();
  const std::uint32_t holds = stretches_.empty() ? kNoRate : stretches_.back().rate;
  if (rate != holds) stretches_.push_back({from, rate});
}

// The first digits as one number, in which each of them counts from 0, no digit, to 10.
std::size_t RateDeck::head_of(std::uint64_t number) const {
  std::size_t head = 0;
  for (unsigned digit = 0; digit < head_digits_; ++digit)
    head = head * kDigitValues + static_cast<std::size_t>(number >> (60 - kBitsADigit * digit) & 0xf);
  return head;
}

void RateDeck::index() {
  stretches_.shrink_to_fit();
  std::size_t heads = 1;
  for (head_digits_ = 0; head_digits_ < kHeadDigitsMax && heads < stretches_.size(); ++head_digits_)
    heads *= kDigitValues;
  before_.resize(heads + 1);
  std::size_t before = 0;
  for (std::size_t head = 0; head <= heads; ++head) {
    while (before < stretches_.size() && head_of(stretches_[before].from) < head) ++before;
    before_[head] = static_cast<std::uint32_t>(before);
  }
}

const Rate* RateDeck::find(std::string_view digits) const {
  if (stretches_.empty()) return nullptr;
  const std::uint64_t number = packed_digits(digits);
  const std::size_t head = head_of(number);
  // The last stretch that begins before the number or at it: of those with the same first digits, or else the
  // one in front of them.
  const auto first = stretches_.begin() + before_[head];
  const auto last = stretches_.begin() + before_[head + 1];
  const auto behind = std::upper_bound(
      first, last, number, [](std::uint64_t value, const Stretch& stretch) { return value < stretch.from; });
  if (behind == stretches_.begin()) return nullptr;
  const std::uint32_t rate = std::prev(behind)->rate;
  return rate == kNoRate ? nullptr : &rates_[rate];
}

}  // namespace sipsonde
