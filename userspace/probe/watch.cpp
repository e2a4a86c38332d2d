// SPDX-License-Identifier: Apache-2.0
#include "probe/watch.h"

#include <net/if.h>

#include "base/labels.h"
#include "base/log.h"
#include "probe/hook_choice.h"

namespace sipsonde {
namespace {

Result<AttachedProgram> attach_tc(const Probe& probe, const Device& device, sipsonde_flow flow,
                                  bool only_clsact, std::shared_ptr<ClsactQdisc>& qdisc) {
  if (!only_clsact) {
    bool unsupported = false;
    auto attached = attach_tcx(probe, device, flow, unsupported);
    if (attached || !unsupported) return attached;
  }
  if (!qdisc) {
    if (!probe.pins())
      for (const std::string& line :
           remove_leftover_filters(device.index, {program_tag(probe.program_fd(Program::tc_ingress)),
                                                  program_tag(probe.program_fd(Program::tc_egress))}))
        spdlog::info(line);
    auto opened = ClsactQdisc::open(device.index, device.name);
    if (!opened) return opened.error();
    qdisc = *opened;
  }
  return attach_clsact(probe, device, flow, qdisc);
}

}  // namespace

Result<Done> require_interfaces(const std::vector<std::string>& interfaces) {
  for (const std::string& name : interfaces)
    if (if_nametoindex(name.c_str()) == 0)
      return Error{"watch " + name + ": there is no such interface; see: ip -br link", 2};
  return Done{};
}

Result<std::unique_ptr<Watch>> Watch::attach(const Probe& probe, Attach how,
                                             const std::vector<std::string>& interfaces) {
  if (auto present = require_interfaces(interfaces); !present) return present.error();
  std::unique_ptr<Watch> watch(new Watch(probe, how));
  for (const std::string& name : interfaces) {
    const auto index = static_cast<int>(if_nametoindex(name.c_str()));
    auto attached = watch->attach_device(Device{name, index});
    if (!attached) return attached.error();
    watch->watched_.push_back(Watched{name, index, std::move(*attached), false});
  }
  watch->forget_the_rest();
  return watch;
}

void Watch::forget_the_rest() const {
  if (!probe_.pins()) return;
  std::vector<int> indices;
  for (const Watched& watched : watched_) indices.push_back(watched.index);
  probe_.pins()->forget_interfaces_but(indices);
}

Result<std::vector<AttachedProgram>> Watch::attach_device(const Device& device) const {
  std::vector<AttachedProgram> attachments;
  std::shared_ptr<ClsactQdisc> qdisc;
  const bool only_clsact = how_ == Attach::clsact;
  const auto keep = [&](Result<AttachedProgram> attached) -> Result<Done> {
    if (!attached) return attached.error();
    attachments.push_back(std::move(*attached));
    return Done{};
  };

  const IngressHook ingress = choose_ingress(how_, device);
  auto kept = ingress == IngressHook::tc
                  ? keep(attach_tc(probe_, device, SIPSONDE_FLOW_ingress, only_clsact, qdisc))
                  : keep(attach_xdp(probe_, device,
                                    ingress == IngressHook::xdp ? XdpMode::native : XdpMode::generic));
  if (!kept) return kept.error();
  // What leaves by the loopback device comes in by it: seen once is enough.
  if (!is_loopback_device(device.name)) {
    kept = keep(attach_tc(probe_, device, SIPSONDE_FLOW_egress, only_clsact, qdisc));
    if (!kept) return kept.error();
  }
  return attachments;
}

void Watch::leave(Watched& watched) {
  spdlog::warn("{} is gone; it will be watched again when it returns", watched.name);
  watched.attachments.clear();
  watched.index = 0;
  forget_the_rest();
}

void Watch::enter(Watched& watched, int index) {
  auto attached = attach_device(Device{watched.name, index});
  if (!attached) {
    if (!watched.complained) spdlog::warn("{} has returned: {}", watched.name, attached.error().message);
    watched.complained = true;
    return;
  }
  watched.complained = false;
  watched.index = index;
  watched.attachments = std::move(*attached);
  spdlog::info("{} has returned and is watched again", watched.name);
}

void Watch::follow() {
  const std::lock_guard lock(mutex_);
  for (Watched& watched : watched_) {
    const auto index = static_cast<int>(if_nametoindex(watched.name.c_str()));
    if (watched.index != 0 && index != watched.index) leave(watched);
    if (watched.index == 0 && index != 0) enter(watched, index);
  }
}

std::vector<AttachedHook> Watch::hooks() const {
  const std::lock_guard lock(mutex_);
  std::vector<AttachedHook> hooks;
  for (const Watched& watched : watched_)
    for (const AttachedProgram& attachment : watched.attachments)
      hooks.push_back(AttachedHook{watched.name, attachment.flow, attachment.hook});
  return hooks;
}

void Watch::detach() {
  const std::lock_guard lock(mutex_);
  watched_.clear();
}

}  // namespace sipsonde
