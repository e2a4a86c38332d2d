// SPDX-License-Identifier: Apache-2.0
#include "trunks/trunk_finder.h"

#include <algorithm>
#include <map>

namespace sipsonde {
namespace {

constexpr std::size_t kVlanIds = 4096;  // IEEE 802.1Q

}  // namespace

TrunkFinder::TrunkFinder(const TrunkTable& trunks) : peers_(trunks), headers_(trunks) {
  for (std::size_t rule = 0; rule < trunks.size(); ++rule) all_.add(rule);
  if (trunks.empty()) all_.add(0);
  compile_domains(trunks);
  compile_interfaces(trunks);
  compile_vlans(trunks);
}

void TrunkFinder::compile_domains(const TrunkTable& trunks) {
  std::map<std::string, RuleSet> domains;
  for (std::size_t rule = 0; rule < trunks.size(); ++rule) {
    if (trunks[rule].domains.empty()) without_domains_.add(rule);
    for (const std::string& domain : trunks[rule].domains) domains[domain].add(rule);
  }
  domains_ = TextRules(domains, TextRules::Letters::any_case);
}

void TrunkFinder::compile_interfaces(const TrunkTable& trunks) {
  for (std::size_t rule = 0; rule < trunks.size(); ++rule) {
    if (trunks[rule].interfaces.empty()) without_interfaces_.add(rule);
    for (const std::string& name : trunks[rule].interfaces) {
      auto known = std::ranges::find(interfaces_, name, &Interface::name);
      if (known == interfaces_.end()) {
        interfaces_.emplace_back().name = name;
        known = std::prev(interfaces_.end());
      }
      known->rules.add(rule);
    }
  }
}

void TrunkFinder::compile_vlans(const TrunkTable& trunks) {
  RuleSet without;
  std::map<std::uint16_t, RuleSet> named;
  for (std::size_t rule = 0; rule < trunks.size(); ++rule) {
    if (trunks[rule].vlans.empty()) without.add(rule);
    for (const std::uint16_t vlan : trunks[rule].vlans) named[vlan].add(rule);
  }
  if (named.empty()) return;
  vlans_.resize(kVlanIds);
  vlan_sets_.push_back(without);
  for (const auto& [vlan, rules] : named) {
    vlans_[vlan % kVlanIds] = static_cast<std::uint16_t>(vlan_sets_.size());
    vlan_sets_.push_back(rules | without);
  }
}

void TrunkFinder::resolve_interfaces(const std::function<std::uint32_t(const std::string& name)>& index_of) {
  for (Interface& interface : interfaces_)
    interface.index.store(index_of(interface.name), std::memory_order_relaxed);
}

RuleSet TrunkFinder::of_domains(const SipMessage& sip) const {
  RuleSet rules = without_domains_;
  const auto add_host = [&](std::string_view host) {
    if (const RuleSet* const named = domains_.find(host)) rules |= *named;
  };
  add_host(sip.from.host);
  add_host(sip.to.host);
  if (sip.is_request) add_host(sip.request_uri.host);
  return rules;
}

RuleSet TrunkFinder::of_interface(std::uint32_t index) const {
  RuleSet rules = without_interfaces_;
  if (index == 0) return rules;
  for (const Interface& interface : interfaces_)
    if (interface.index.load(std::memory_order_relaxed) == index) rules |= interface.rules;
  return rules;
}

TrunkIndex TrunkFinder::find(const TrunkQuestion& question) const {
  RuleSet rules = all_;
  if (!peers_.empty()) rules &= peers_.rules_of(question.far_peer);
  if (!domains_.empty()) rules &= of_domains(question.sip);
  if (!interfaces_.empty()) rules &= of_interface(question.interface);
  if (!vlans_.empty()) rules &= vlan_sets_[vlans_[question.vlan_id % kVlanIds]];
  // The headers are walked only where they decide.
  if (rules.first() < rules.first_without(headers_.asking())) headers_.narrow(question.sip, rules);
  return static_cast<TrunkIndex>(rules.first());
}

}  // namespace sipsonde
