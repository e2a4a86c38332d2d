// SPDX-License-Identifier: Apache-2.0
#include "cli/check_interface.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "probe/bpf_trials.h"
#include "probe/xdp_trial.h"

namespace sipsonde {
namespace {

using Level = Finding::Level;

std::string xdp_records(const HostPaths& paths) {
  return paths.state + "/xdp";
}

// Drivers whose XDP is native, for kernels before 6.3, which cannot be asked.
bool is_known_native(const std::string& driver) {
  constexpr std::string_view kNative[] = {
      "bnxt_en", "ena",       "enetc",  "fec",        "fsl_dpaa_eth", "fsl_dpaa2_eth", "gve",     "hv_netvsc",
      "i40e",    "ice",       "igb",    "igc",        "ixgbe",        "ixgbevf",       "lan966x", "mana",
      "mlx4_en", "mlx5_core", "mvneta", "mvpp2",      "nfp",          "qede",          "sfc",     "stmmac",
      "tsnep",   "tun",       "veth",   "virtio_net", "vmxnet3"};
  return std::find(std::begin(kNative), std::end(kNative), driver) != std::end(kNative);
}

// An agent that was killed where only clsact exists leaves its filter: ours by name, held by no process.
bool is_left_over(const TcProgram& program, const ProgramOwner& owner) {
  return !program.tcx && owner.holders.empty() &&
         (program.filter.starts_with("sipsonde") || owner.name.starts_with("sipsonde"));
}

Finding describe_xdp_slot(const Link& link, const HostPaths& paths) {
  const std::string what = "XDP slot";
  if (link.xdp.empty()) return {Level::ok, what, "free", {}};
  const Link::Xdp& first = link.xdp.front();
  return {
      Level::warn, what,
      first.mode + " XDP: " + describe_program(first.program_id, owner_of_program(first.program_id, paths)),
      "it is left alone; leave attach at auto or tc"};
}

Finding describe_tc(const TcProgram& program, const HostPaths& paths) {
  const std::string what = program.egress ? "tc egress" : "tc ingress";
  if (program.program_id == 0) return {Level::ok, what, "clsact: a classic filter; it is left alone", {}};
  const ProgramOwner owner = owner_of_program(program.program_id, paths);
  const std::string finding =
      (program.tcx ? "tcx: " : "clsact: ") + describe_program(program.program_id, owner);
  if (is_left_over(program, owner))
    return {Level::warn, what, finding, "left by an earlier run: sipsonde detach"};
  return {Level::ok, what, finding + "; it is left alone", {}};
}

}  // namespace

Finding judge_link_state(const Link& link) {
  const std::string what = "interface " + link.name;
  const std::string mtu = "MTU " + std::to_string(link.mtu);
  if (!link.up) return {Level::warn, what, "down, " + mtu, "ip link set " + link.name + " up"};
  if (!link.carrier) return {Level::warn, what, "up without carrier, " + mtu, "check the cable or the peer"};
  return {Level::ok, what, "up, " + mtu, {}};
}

Finding judge_device(const Link& link) {
  const std::string driver = link.driver.empty() ? "driver unknown" : link.driver;
  if (link.physical()) return {Level::ok, "device", driver + ", physical (" + link.parent + ")", {}};
  const std::string kind =
      link.virtual_kind.empty() || link.virtual_kind == driver ? "" : " (" + link.virtual_kind + ")";
  return {Level::ok, "device", driver + ", virtual" + kind, {}};
}

Finding judge_native_xdp(const Link& link, std::optional<bool> native, bool proven) {
  const bool supported = native.value_or(is_known_native(link.driver));
  const std::string source = native ? "" : " (by the list of drivers)";
  if (!supported) return {Level::ok, "native XDP", "not in this driver" + source + "; tc takes ingress", {}};
  if (!link.physical())
    return {Level::ok, "native XDP", "in the driver" + source + "; tc is faster on a virtual interface", {}};
  if (proven) return {Level::ok, "native XDP", "in the driver, and tried: the link stays", {}};
  return {Level::ok, "native XDP", "in the driver" + source + ", not tried; tc takes ingress",
          "sipsonde doctor -i " + link.name + " --try-xdp"};
}

Findings check_interface(const Link& link, const HostPaths& paths) {
  Findings findings = {
      judge_link_state(link), judge_device(link),
      judge_native_xdp(link, says_native_xdp(link.index), xdp_proven(link.name, xdp_records(paths))),
      describe_xdp_slot(link, paths)};
  for (const TcProgram& program : tc_programs(link.index)) findings.push_back(describe_tc(program, paths));
  return findings;
}

Finding check_by_trial(const Link& link, const HostPaths& paths) {
  // Long enough for a link that was reset to come back: autonegotiation takes one to four seconds.
  constexpr std::chrono::milliseconds kWatch{3000};
  const std::string what = "XDP trial";
  const auto trial = try_xdp(link, kWatch);
  if (!trial) return {Level::warn, what, trial.error().message, {}};
  const auto recorded = record_xdp_trial(link, *trial, xdp_records(paths));
  if (trial->carrier_lost)
    return {Level::warn, what, "the link dropped when XDP came or went", "leave attach at auto or tc"};
  if (!recorded)
    return {Level::warn, what, "the link stayed, but this is not remembered", recorded.error().message};
  return {Level::ok, what, "the link stayed; attach: auto may now take XDP on a physical interface", {}};
}

}  // namespace sipsonde
