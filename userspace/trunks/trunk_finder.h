// SPDX-License-Identifier: Apache-2.0
// Which trunk a message belongs to: the rules of the configuration compiled once into tables. The answer is
// that of reading the rules from the first on and taking the first that matches; what it costs does not grow
// with their number. Asked from any thread, without a lock and without an allocation.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "config/settings.h"
#include "decode/sip_message.h"
#include "facts/fact.h"
#include "trunks/header_rules.h"
#include "trunks/peer_ranges.h"
#include "trunks/rule_set.h"
#include "trunks/text_rules.h"

namespace sipsonde {

// What the rules ask about.
struct TrunkQuestion {
  const SipMessage& sip;
  const Address& far_peer;
  std::uint32_t interface = 0;  // index
  std::uint16_t vlan_id = 0;    // 0: none
};

class TrunkFinder {
 public:
  // `trunks` as in the settings, the default trunk last; it is not kept.
  explicit TrunkFinder(const TrunkTable& trunks);

  // Domains are looked for in the hosts of From, To and, of a request, the Request-URI, without regard to
  // case (RFC 3261 section 19.1.4).
  TrunkIndex find(const TrunkQuestion& question) const;

  // Names of interfaces become indices: to be told at the start, and again when interfaces come and go. One
  // thread tells; those that ask need not wait. `index_of` returns 0 for a name that is not there.
  void resolve_interfaces(const std::function<std::uint32_t(const std::string& name)>& index_of);
  bool names_interfaces() const { return !interfaces_.empty(); }

 private:
  struct Interface {
    std::string name;
    std::atomic<std::uint32_t> index{0};
    RuleSet rules;
  };

  void compile_domains(const TrunkTable& trunks);
  void compile_interfaces(const TrunkTable& trunks);
  void compile_vlans(const TrunkTable& trunks);
  RuleSet of_domains(const SipMessage& sip) const;
  RuleSet of_interface(std::uint32_t index) const;

  RuleSet all_;
  PeerRanges peers_;
  TextRules domains_;
  RuleSet without_domains_;
  std::deque<Interface> interfaces_;
  RuleSet without_interfaces_;
  std::vector<std::uint16_t> vlans_;  // by VLAN id its set in vlan_sets_; empty: no rule names one
  std::vector<RuleSet> vlan_sets_;
  HeaderRules headers_;
};

}  // namespace sipsonde
