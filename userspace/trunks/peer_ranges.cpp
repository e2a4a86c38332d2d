// SPDX-License-Identifier: Apache-2.0
#include "trunks/peer_ranges.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr unsigned kMappedBits = 96;  // of a v4-mapped address, RFC 4291 section 2.5.5.2

std::uint64_t number_at(const std::uint8_t* at) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | at[i];
  return number;
}

// The bits behind a prefix of `bits` in a word of 64.
std::uint64_t bits_behind(unsigned bits) {
  return bits >= 64 ? 0 : ~0ull >> bits;
}

}  // namespace

PeerRanges::Number PeerRanges::number_of(const Address& address) {
  return {number_at(address.data()), number_at(address.data() + 8)};
}

PeerRanges::Span PeerRanges::span_of(const Network& network, std::size_t rule) {
  const Number first = number_of(network.address);
  const unsigned bits = network.prefix_bits;
  const Number last{first.high | bits_behind(bits), first.low | bits_behind(bits > 64 ? bits - 64 : 0)};
  return {first, last, rule};
}

PeerRanges::PeerRanges(const TrunkTable& trunks) {
  std::vector<Span> ipv4;
  std::vector<Span> ipv6;
  RuleSet unasked;
  for (std::size_t rule = 0; rule < trunks.size(); ++rule) {
    if (trunks[rule].peers.empty()) unasked.add(rule);
    for (const Network& network : trunks[rule].peers) {
      const bool of_ipv4 = network.prefix_bits >= kMappedBits && is_ipv4(network.address);
      (of_ipv4 ? ipv4 : ipv6).push_back(span_of(network, rule));
    }
  }
  empty_ = ipv4.empty() && ipv6.empty();
  ipv4_ = cut(std::move(ipv4), unasked);
  ipv6_ = cut(std::move(ipv6), unasked);
}

// Networks lie inside one another or apart, so those that are open at an address are a stack.
PeerRanges::Family PeerRanges::cut(std::vector<Span> spans, const RuleSet& unasked) {
  std::ranges::sort(spans, [](const Span& a, const Span& b) {
    return a.first != b.first ? a.first < b.first : b.last < a.last;
  });
  struct Open {
    Number last;
    RuleSet rules;
  };
  std::vector<Open> open{{Number{~0ull, ~0ull}, unasked}};
  Family family;
  const auto begin_range = [&](const Number& start) {
    if (family.starts.empty() || family.starts.back() != start) {
      family.starts.push_back(start);
      family.sets.push_back(0);
    }
    family.sets.back() = keep(open.back().rules);
  };
  const auto close_range = [&] {
    const Number last = open.back().last;
    open.pop_back();
    const Number next{last.low == ~0ull ? last.high + 1 : last.high, last.low + 1};
    if (next != Number{}) begin_range(next);
  };

  begin_range({});
  for (const Span& span : spans) {
    while (open.back().last < span.first) close_range();
    RuleSet rules = open.back().rules;
    rules.add(span.rule);
    open.push_back({span.last, rules});
    begin_range(span.first);
  }
  while (open.size() > 1) close_range();
  return family;
}

// Ranges side by side often have the same rules: as behind a network and before it.
std::uint32_t PeerRanges::keep(const RuleSet& set) {
  constexpr std::size_t kLookedBack = 8;
  for (std::size_t back = 1; back <= kLookedBack && back <= sets_.size(); ++back)
    if (sets_[sets_.size() - back] == set) return static_cast<std::uint32_t>(sets_.size() - back);
  sets_.push_back(set);
  return static_cast<std::uint32_t>(sets_.size() - 1);
}

const RuleSet& PeerRanges::rules_of(const Address& address) const {
  const Family& family = is_ipv4(address) ? ipv4_ : ipv6_;
  const auto next = std::ranges::upper_bound(family.starts, number_of(address));
  return sets_[family.sets[static_cast<std::size_t>(next - family.starts.begin()) - 1]];
}

}  // namespace sipsonde
