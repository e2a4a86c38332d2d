// SPDX-License-Identifier: Apache-2.0
#include "ladder/lanes.h"

#include <algorithm>

#include "base/visible_text.h"

namespace sipsonde {
namespace {

constexpr std::size_t kAddressLongest = 47;  // "[" IPv6 "]:" and a port
constexpr std::size_t kPartyLongest = 24;

// "192.0.2.1" of "192.0.2.1:5060", "[2001:db8::1]" of "[2001:db8::1]:5060".
std::string_view host_of(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  return colon == address.npos ? address : address.substr(0, colon);
}

std::string party_text(std::string_view role, std::string_view number) {
  std::string text(role);
  if (!number.empty()) text.append(" ").append(number);
  return text;
}

}  // namespace

Lanes::Lanes(std::span<const StoryRow> rows) {
  for (const StoryRow& row : rows) {
    if (row.source.empty() || row.destination.empty()) continue;
    legs_.try_emplace(row.leg, Leg{row.source, row.destination});
    parties_.try_emplace(row.source, party_text("caller", row.from_number));
  }
  // Who passes a call on is nobody's callee.
  for (const StoryRow& row : rows) {
    if (row.destination.empty()) continue;
    const bool passes_on = parties_.contains(row.destination);
    if (!passes_on) parties_.try_emplace(row.destination, party_text("callee", row.to_number));
  }
  for (const StoryRow& row : rows) {
    const auto is_called = [&row](const StoryRow& other) { return other.destination == row.source; };
    if (std::any_of(rows.begin(), rows.end(), is_called)) parties_[row.source].clear();
  }
}

Lanes::Ends Lanes::of(const StoryEvent& event) {
  if (event.is_of("media.") || event.is_of("dtls."))
    return of_media(event.leg, event.attribute("way"), event.source, event.destination);
  Leg* const leg = leg_of(event);
  std::string_view source = event.source, destination = event.destination;
  if (leg) {
    lane(leg->caller);
    lane(leg->callee);
    source = party_address(event, *leg, event.source, event.destination);
    destination = party_address(event, *leg, event.destination, event.source);
  }
  return {lane(source), lane(destination)};
}

Lanes::Ends Lanes::of_media(std::optional<std::uint32_t> number, std::string_view way,
                            std::string_view source, std::string_view destination) {
  const auto known = number ? legs_.find(*number) : legs_.end();
  std::string_view speaker, listener;
  if (known != legs_.end() && !way.empty()) {
    speaker = way == "sent" ? known->second.caller : known->second.callee;
    listener = way == "sent" ? known->second.callee : known->second.caller;
  }
  Ends ends;
  if (!source.empty()) ends.from = media_lane(source, speaker);
  if (!destination.empty()) ends.to = media_lane(destination, listener);
  return ends;
}

Lanes::Leg* Lanes::leg_of(const StoryEvent& event) {
  if (!event.leg || event.source.empty() || event.destination.empty()) return nullptr;
  const auto [leg, is_new] = legs_.try_emplace(*event.leg);
  if (is_new) {
    // The first message of a leg that has no row yet: a response goes to the caller.
    leg->second = event.code ? Leg{event.destination, event.source} : Leg{event.source, event.destination};
  }
  return &leg->second;
}

std::string_view Lanes::party_address(const StoryEvent& event, const Leg& leg, std::string_view address,
                                      std::string_view other) const {
  if (event.transport.empty() || event.transport == "udp" || find(address)) return address;
  const bool as_caller = host_of(address) == host_of(leg.caller);
  const bool as_callee = host_of(address) == host_of(leg.callee);
  if (as_caller && (!as_callee || other == leg.callee)) return leg.caller;
  if (as_callee && (!as_caller || other == leg.caller)) return leg.callee;
  return address;
}

std::optional<std::size_t> Lanes::find(std::string_view address) const {
  const auto same = [address](const LadderLane& lane) { return lane.address == address; };
  const auto found = std::find_if(lanes_.begin(), lanes_.end(), same);
  if (found == lanes_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - lanes_.begin());
}

std::optional<std::size_t> Lanes::lane(std::string_view given, std::string_view party) {
  if (given.empty()) return std::nullopt;
  const std::string address = visible_text(given, kAddressLongest);
  if (const auto known = find(address)) return known;
  // The last lane is that of all who find no room.
  if (lanes_.size() + 1 == kLadderLanesMax) lanes_.push_back({"others", ""});
  if (lanes_.size() == kLadderLanesMax) return lanes_.size() - 1;
  const auto known_party = parties_.find(given);
  if (party.empty() && known_party != parties_.end()) party = known_party->second;
  lanes_.push_back({address, visible_text(party, kPartyLongest)});
  return lanes_.size() - 1;
}

// Where the host has a lane already, it is that one: media has ports of its own.
std::size_t Lanes::media_lane(std::string_view address, std::string_view expected) {
  const std::string_view host = host_of(address);
  if (!expected.empty() && host_of(expected) == host)
    if (const auto known = find(expected)) return *known;
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    if (lanes_[i].address == host || host_of(lanes_[i].address) == host) return i;
  return *lane(host, "media");
}

}  // namespace sipsonde
