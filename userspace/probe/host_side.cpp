// SPDX-License-Identifier: Apache-2.0
#include "probe/host_side.h"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>

#include "probe/link.h"

namespace sipsonde {
namespace {

constexpr std::size_t kIpv4Offset = 12;  // in a v4-mapped address

Bytes wire_form(const Address& address) {
  return is_ipv4(address) ? Bytes(address).subspan(kIpv4Offset) : Bytes(address);
}

std::optional<Address> address_in(Bytes payload) {
  Address address{};
  if (payload.size() == address.size()) {
    std::ranges::copy(payload, address.begin());
  } else if (payload.size() == address.size() - kIpv4Offset) {
    address[10] = address[11] = 0xff;
    std::ranges::copy(payload, address.begin() + kIpv4Offset);
  } else {
    return std::nullopt;
  }
  return address;
}

std::optional<HardwareAddress> hardware_in(Bytes payload) {
  HardwareAddress hardware{};
  if (payload.size() != hardware.size()) return std::nullopt;
  std::ranges::copy(payload, hardware.begin());
  return hardware;
}

std::string name_of(int interface) {
  char name[IF_NAMESIZE] = {};
  return if_indextoname(static_cast<unsigned>(interface), name) ? name : "";
}

// Calls `take(head, attributes)` for each entry of a dump of neighbours or of forwarding databases.
template <typename Take>
Result<Done> for_each_entry(NetlinkSocket& socket, int family, Take take) {
  ndmsg head{};
  head.ndm_family = static_cast<std::uint8_t>(family);
  const auto answers = socket.ask({RTM_GETNEIGH, NLM_F_DUMP, head});
  if (!answers) return answers.error();
  for (const auto& answer : *answers) {
    if (answer.size() < sizeof head) continue;
    std::memcpy(&head, answer.data(), sizeof head);
    take(head, netlink_attributes(Bytes(answer).subspan(sizeof head)));
  }
  return Done{};
}

}  // namespace

Result<HostSide> HostSide::open() {
  auto socket = NetlinkSocket::open(NETLINK_ROUTE);
  if (!socket) return socket.error();
  return HostSide(std::move(*socket));
}

Result<std::string> HostSide::interface_towards(const Address& address) {
  const auto route = route_to(address);
  if (!route) return in_context("ask for the route to " + to_text(address), route.error());
  const std::string name = name_of(route->interface);
  const auto link = read_link(name);
  if (!link) return link.error();
  if (link->virtual_kind == "bridge") return port_towards(address, name, route->interface);
  // Where one interface leads to all pods, as with Cilium's own routing, it is none of this pod.
  if (!route->leads_there_alone)
    return Error{"the route to " + to_text(address) + " by " + name + " is not its alone"};
  if (link->virtual_kind != "veth" && link->virtual_kind != "netkit")
    return Error{"the route to " + to_text(address) + " leads to " + name + ", which is no veth"};
  return name;
}

// RTM_F_FIB_MATCH: the route as it stands in the table, with its own length (Linux 4.13).
Result<HostSide::Route> HostSide::route_to(const Address& address) {
  const Bytes wanted = wire_form(address);
  const auto bits = static_cast<std::uint8_t>(wanted.size() * 8);
  rtmsg head{};
  head.rtm_family = is_ipv4(address) ? AF_INET : AF_INET6;
  head.rtm_dst_len = bits;
  head.rtm_flags = RTM_F_FIB_MATCH;
  NetlinkRequest request(RTM_GETROUTE, 0, head);
  request.add(RTA_DST, wanted);
  const auto answers = socket_.ask(std::move(request));
  if (!answers) return answers.error();
  if (answers->empty() || answers->front().size() < sizeof head) return Error{"the kernel names none"};
  std::memcpy(&head, answers->front().data(), sizeof head);
  const auto attributes = netlink_attributes(Bytes(answers->front()).subspan(sizeof head));
  const auto interface = find_attribute(attributes, RTA_OIF).number<std::int32_t>();
  if (!interface || head.rtm_type != RTN_UNICAST) return Error{"it leads to no interface"};
  const bool has_gateway =
      find_attribute(attributes, RTA_GATEWAY).type != 0 || find_attribute(attributes, RTA_VIA).type != 0;
  return Route{*interface, head.rtm_dst_len == bits && !has_gateway};
}

// Who is behind a bridge has no route of its own: its hardware address is known from ARP or neighbour
// discovery, and the bridge has learnt at which port that is (IEEE 802.1D, forwarding database).
Result<std::string> HostSide::port_towards(const Address& address, const std::string& bridge, int index) {
  if (!neighbours_)
    if (auto read = read_neighbours(); !read) return in_context("read the neighbours", read.error());
  const auto neighbour = std::ranges::find_if(
      *neighbours_, [&](const Neighbour& one) { return one.interface == index && one.address == address; });
  if (neighbour == neighbours_->end())
    return Error{"this host has not spoken with " + to_text(address) + " behind " + bridge + " of late"};
  if (!stations_)
    if (auto read = read_stations(); !read) return in_context("read what bridges know", read.error());
  const auto station = std::ranges::find_if(*stations_, [&](const Station& one) {
    return one.bridge == index && one.hardware == neighbour->hardware;
  });
  if (station == stations_->end()) return Error{bridge + " has not heard " + to_text(address) + " of late"};
  return name_of(station->port);
}

Result<Done> HostSide::read_neighbours() {
  std::vector<Neighbour> neighbours;
  for (const int family : {AF_INET, AF_INET6}) {
    auto read = for_each_entry(socket_, family, [&](const ndmsg& head, const auto& attributes) {
      const auto address = address_in(find_attribute(attributes, NDA_DST).payload);
      const auto hardware = hardware_in(find_attribute(attributes, NDA_LLADDR).payload);
      if (address && hardware && !(head.ndm_state & NUD_FAILED))
        neighbours.push_back({head.ndm_ifindex, *address, *hardware});
    });
    if (!read) return read;
  }
  neighbours_ = std::move(neighbours);
  return Done{};
}

Result<Done> HostSide::read_stations() {
  std::vector<Station> stations;
  auto read = for_each_entry(socket_, AF_BRIDGE, [&](const ndmsg& head, const auto& attributes) {
    const auto bridge = find_attribute(attributes, NDA_MASTER).template number<std::int32_t>();
    const auto hardware = hardware_in(find_attribute(attributes, NDA_LLADDR).payload);
    if (bridge && hardware && head.ndm_ifindex != *bridge)
      stations.push_back({*bridge, head.ndm_ifindex, *hardware});
  });
  if (!read) return read;
  stations_ = std::move(stations);
  return Done{};
}

}  // namespace sipsonde
