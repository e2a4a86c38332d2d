// SPDX-License-Identifier: Apache-2.0
// By which interface of this host an address behind it is reached, when it is one that leads there and
// nowhere else: the host's end of a veth. Asked of the kernel's routes, neighbours and bridges; nothing is
// sent, and no other network namespace is entered.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/result.h"
#include "probe/netlink.h"

namespace sipsonde {

using HardwareAddress = std::array<std::uint8_t, 6>;

// One look: what it has read it does not read again.
class HostSide {
 public:
  static Result<HostSide> open();

  // A route of its own leads to the address, or its bridge knows at which port it is. Else the error says how
  // far that went.
  Result<std::string> interface_towards(const Address& address);

 private:
  struct Route {
    int interface = 0;
    bool leads_there_alone = false;  // a route to this one address, not by way of a gateway
  };
  struct Neighbour {
    int interface;
    Address address;
    HardwareAddress hardware;
  };
  // Of a bridge's forwarding database.
  struct Station {
    int bridge;
    int port;
    HardwareAddress hardware;
  };

  explicit HostSide(NetlinkSocket socket) : socket_(std::move(socket)) {}
  Result<Route> route_to(const Address& address);
  Result<std::string> port_towards(const Address& address, const std::string& bridge, int index);
  Result<Done> read_neighbours();
  Result<Done> read_stations();

  NetlinkSocket socket_;
  std::optional<std::vector<Neighbour>> neighbours_;
  std::optional<std::vector<Station>> stations_;
};

}  // namespace sipsonde
