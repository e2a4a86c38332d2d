// SPDX-License-Identifier: Apache-2.0
#include "probe/link.h"

#include <bpf/bpf.h>
#include <linux/ethtool.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>

#include "config/values.h"
#include "probe/kernel_constants.h"
#include "probe/netlink.h"

namespace sipsonde {
namespace {

// Debian 12's headers (6.1) lack linux/netdev.h; numbers of the `netdev` generic netlink family, Linux 6.3.
constexpr std::uint8_t kNetdevGetDevice = 1;
constexpr std::uint16_t kNetdevInterfaceIndex = 1;
constexpr std::uint16_t kNetdevXdpFeatures = 3;
constexpr std::uint64_t kXdpBasic = 1;  // aborted, drop, pass and tx

ethtool_drvinfo driver_of(const std::string& name) {
  ethtool_drvinfo driver{};
  driver.cmd = ETHTOOL_GDRVINFO;
  ifreq request{};
  name.copy(request.ifr_name, sizeof request.ifr_name - 1);
  request.ifr_data = reinterpret_cast<char*>(&driver);
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket || ioctl(socket.get(), SIOCETHTOOL, &request) != 0) driver = {};
  return driver;
}

void read_xdp(Bytes payload, Link& link) {
  const auto attributes = netlink_attributes(payload);
  const std::pair<std::uint16_t, const char*> kModes[] = {
      {IFLA_XDP_DRV_PROG_ID, "native"}, {IFLA_XDP_SKB_PROG_ID, "generic"}, {IFLA_XDP_HW_PROG_ID, "offload"}};
  for (const auto& [type, mode] : kModes)
    if (const auto id = find_attribute(attributes, type).number<std::uint32_t>(); id && *id != 0)
      link.xdp.push_back({mode, *id});
}

void read_filters(NetlinkSocket& socket, int ifindex, bool egress, std::vector<TcProgram>& programs) {
  tcmsg header{};
  header.tcm_family = AF_UNSPEC;
  header.tcm_ifindex = ifindex;
  header.tcm_parent = TC_H_MAKE(TC_H_CLSACT, egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
  // Without a clsact qdisc the answer is an error: there is no filter then.
  const auto answers = socket.ask({RTM_GETTFILTER, NLM_F_DUMP, header});
  if (!answers) return;
  for (const auto& answer : *answers) {
    if (answer.size() < sizeof header) continue;
    std::memcpy(&header, answer.data(), sizeof header);
    if (header.tcm_handle == 0) continue;  // the classifier itself comes before its filters
    const auto attributes = netlink_attributes(Bytes(answer).subspan(sizeof header));
    if (find_attribute(attributes, TCA_KIND).text() != "bpf") continue;
    const auto options = netlink_attributes(find_attribute(attributes, TCA_OPTIONS).payload);
    const auto id = find_attribute(options, TCA_BPF_ID).number<std::uint32_t>();
    programs.push_back({egress, false, find_attribute(options, TCA_BPF_NAME).text(), id.value_or(0)});
  }
}

void read_tcx(int ifindex, bool egress, std::vector<TcProgram>& programs) {
  std::array<std::uint32_t, 64> ids{};
  LIBBPF_OPTS(bpf_prog_query_opts, query, .prog_ids = ids.data(), .prog_cnt = ids.size());
  const auto type = static_cast<bpf_attach_type>(egress ? kTcxEgress : kTcxIngress);
  if (bpf_prog_query_opts(ifindex, type, &query) != 0) return;
  for (std::size_t i = 0; i < query.prog_cnt && i < ids.size(); ++i)
    programs.push_back({egress, true, {}, ids[i]});
}

std::optional<std::uint16_t> generic_family(NetlinkSocket& socket, std::string_view name) {
  NetlinkRequest request(GENL_ID_CTRL, 0, genlmsghdr{.cmd = CTRL_CMD_GETFAMILY, .version = 1, .reserved = 0});
  request.add(CTRL_ATTR_FAMILY_NAME, name);
  const auto answers = socket.ask(std::move(request));
  if (!answers || answers->empty() || answers->front().size() < sizeof(genlmsghdr)) return std::nullopt;
  const auto attributes = netlink_attributes(Bytes(answers->front()).subspan(sizeof(genlmsghdr)));
  return find_attribute(attributes, CTRL_ATTR_FAMILY_ID).number<std::uint16_t>();
}

}  // namespace

Result<Link> read_link(const std::string& name) {
  Link link;
  link.name = name;
  link.index = static_cast<int>(if_nametoindex(name.c_str()));
  if (link.index == 0)
    return Error{"interface " + in_quotes(name) + ": not on this host; see `ip link` for its names", 2};

  auto socket = NetlinkSocket::open(NETLINK_ROUTE);
  if (!socket) return in_context("interface " + name, socket.error());
  ifinfomsg header{};
  header.ifi_index = link.index;
  const auto answers = socket->ask({RTM_GETLINK, 0, header});
  if (!answers) return in_context("interface " + name, answers.error());
  if (answers->empty() || answers->front().size() < sizeof header)
    return Error{"interface " + name + ": the kernel does not describe it", 1};

  std::memcpy(&header, answers->front().data(), sizeof header);
  link.up = (header.ifi_flags & IFF_UP) != 0;
  const auto attributes = netlink_attributes(Bytes(answers->front()).subspan(sizeof header));
  link.carrier = find_attribute(attributes, IFLA_CARRIER).number<std::uint8_t>().value_or(0) != 0;
  link.carrier_changes = find_attribute(attributes, IFLA_CARRIER_CHANGES).number<std::uint32_t>().value_or(0);
  link.mtu = find_attribute(attributes, IFLA_MTU).number<std::uint32_t>().value_or(0);
  const auto information = netlink_attributes(find_attribute(attributes, IFLA_LINKINFO).payload);
  link.virtual_kind = find_attribute(information, IFLA_INFO_KIND).text();
  read_xdp(find_attribute(attributes, IFLA_XDP).payload, link);

  const ethtool_drvinfo driver = driver_of(name);
  link.driver = driver.driver;
  link.parent = find_attribute(attributes, IFLA_PARENT_DEV_NAME).text();
  if (link.parent.empty() && link.virtual_kind.empty()) link.parent = driver.bus_info;  // Linux below 5.14
  return link;
}

std::vector<TcProgram> tc_programs(int ifindex) {
  std::vector<TcProgram> programs;
  for (const bool egress : {false, true}) {
    read_tcx(ifindex, egress, programs);
    if (auto socket = NetlinkSocket::open(NETLINK_ROUTE)) read_filters(*socket, ifindex, egress, programs);
  }
  return programs;
}

std::optional<bool> says_native_xdp(int ifindex) {
  auto socket = NetlinkSocket::open(NETLINK_GENERIC);
  if (!socket) return std::nullopt;
  const auto family = generic_family(*socket, "netdev");
  if (!family) return std::nullopt;
  NetlinkRequest request(*family, 0, genlmsghdr{.cmd = kNetdevGetDevice, .version = 1, .reserved = 0});
  request.add(kNetdevInterfaceIndex, static_cast<std::uint32_t>(ifindex));
  const auto answers = socket->ask(std::move(request));
  if (!answers || answers->empty() || answers->front().size() < sizeof(genlmsghdr)) return std::nullopt;
  const auto attributes = netlink_attributes(Bytes(answers->front()).subspan(sizeof(genlmsghdr)));
  const auto features = find_attribute(attributes, kNetdevXdpFeatures).number<std::uint64_t>();
  if (!features) return std::nullopt;
  return (*features & kXdpBasic) != 0;
}

}  // namespace sipsonde
