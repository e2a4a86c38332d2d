// SPDX-License-Identifier: Apache-2.0
#include "calls/trunks.h"

#include <strings.h>

#include <algorithm>

namespace sipsonde {
namespace {

bool same_host(std::string_view host, const std::string& domain) {
  return host.size() == domain.size() && strncasecmp(host.data(), domain.data(), host.size()) == 0;
}

bool matches(const TrunkRule& rule, const Address& far_peer, const SipMessage& sip) {
  const auto is_peer = [&](const Network& network) { return network.contains(far_peer); };
  const auto is_named = [&](const std::string& domain) {
    return same_host(sip.from.host, domain) || same_host(sip.to.host, domain) ||
           (sip.is_request && same_host(sip.request_uri.host, domain));
  };
  return std::ranges::any_of(rule.peers, is_peer) || std::ranges::any_of(rule.domains, is_named);
}

}  // namespace

TrunkIndex trunk_of(const TrunkTable& trunks, const Address& far_peer, const SipMessage& sip) {
  for (std::size_t i = 0; i + 1 < trunks.size(); ++i)
    if (matches(trunks[i], far_peer, sip)) return static_cast<TrunkIndex>(i);
  return static_cast<TrunkIndex>(trunks.empty() ? 0 : trunks.size() - 1);
}

}  // namespace sipsonde
