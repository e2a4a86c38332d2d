// SPDX-License-Identifier: Apache-2.0
// Which rules an address satisfies: the networks of all rules, cut once into ranges without overlap, so that
// a question is one binary search however many rules there are.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "base/endpoint.h"
#include "config/settings.h"
#include "trunks/rule_set.h"

namespace sipsonde {

class PeerRanges {
 public:
  // `trunks` as in the settings, the default trunk last.
  explicit PeerRanges(const TrunkTable& trunks);

  // No rule names a network: nothing to ask.
  bool empty() const { return empty_; }

  // The rules that have this address in one of their networks, and those that name none.
  const RuleSet& rules_of(const Address& address) const;

 private:
  struct Number {  // an address as a number of 128 bits
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const Number&, const Number&) = default;
  };
  struct Span {  // of one network
    Number first;
    Number last;
    std::size_t rule = 0;
  };

  // One for each family: a network of IPv6 holds no IPv4 address, ::/0 included.
  struct Family {
    std::vector<Number> starts;       // ascending, from 0; a range ends before the next
    std::vector<std::uint32_t> sets;  // of each range, in sets_
  };

  static Number number_of(const Address& address);
  static Span span_of(const Network& network, std::size_t rule);
  Family cut(std::vector<Span> spans, const RuleSet& unasked);
  std::uint32_t keep(const RuleSet& set);

  bool empty_ = true;
  std::vector<RuleSet> sets_;
  Family ipv4_;
  Family ipv6_;
};

}  // namespace sipsonde
