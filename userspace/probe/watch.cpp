// SPDX-License-Identifier: Apache-2.0
#include "probe/watch.h"

#include <net/if.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/labels.h"
#include "base/log.h"
#include "config/values.h"
#include "probe/hook_choice.h"
#include "probe/interface_names.h"

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
    if (!is_pattern(name) && if_nametoindex(name.c_str()) == 0)
      return Error{"watch " + name + ": there is no such interface; see: ip -br link", 2};
  return Done{};
}

Result<std::unique_ptr<Watch>> Watch::attach(const Probe& probe, Attach how,
                                             const std::vector<std::string>& interfaces, bool awaits_others) {
  if (auto present = require_interfaces(interfaces); !present) return present.error();
  std::unique_ptr<Watch> watch(new Watch(probe, how, interfaces, awaits_others));
  for (const std::string& name : interfaces) {
    if (is_pattern(name)) continue;
    const auto index = static_cast<int>(if_nametoindex(name.c_str()));
    auto attached = watch->attach_device(Device{name, index});
    if (!attached) return attached.error();
    watch->watched_.push_back(Watched{name, index, std::move(*attached), false});
  }
  watch->add_those_that_fit();
  if (watch->watched_.empty())
    spdlog::warn("no interface fits {} yet; those that come are watched", in_quotes(interfaces.front()));
  watch->forget_the_rest();
  return watch;
}

// Those that fit a pattern now, and those that are asked for beside them.
std::vector<std::string> Watch::others_that_are_there() const {
  std::vector<std::string> names = interfaces_that_fit(wanted_);
  std::ranges::copy_if(others_, std::back_inserter(names),
                       [](const std::string& name) { return if_nametoindex(name.c_str()) != 0; });
  return names;
}

// One that cannot be attached to is said once, and tried again when it changes.
void Watch::add_those_that_fit() {
  for (const std::string& name : others_that_are_there()) {
    if (std::ranges::any_of(watched_, [&](const Watched& known) { return known.name == name; })) continue;
    watched_.push_back(Watched{name, 0, {}, false, false});
    enter(watched_.back(), static_cast<int>(if_nametoindex(watched_.back().name.c_str())));
  }
}

void Watch::forget_the_rest() const {
  if (!probe_.pins() || awaits_others_) return;
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

  IngressHook ingress = choose_ingress(how_, device);
  // Nobody foresaw that the program would be wanted: this one came later.
  if (how_ == Attach::automatic && probe_.program_fd(Program::xdp) < 0) ingress = IngressHook::tc;
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
  if (watched.is_wanted_back)
    spdlog::warn("{} is gone; it will be watched again when it returns", watched.name);
  else
    spdlog::info("{} is gone", watched.name);
  watched.attachments.clear();
  watched.index = 0;
  forget_the_rest();
}

void Watch::enter(Watched& watched, int index) {
  auto attached = attach_device(Device{watched.name, index});
  if (!attached) {
    if (!watched.complained) spdlog::warn("{} is there: {}", watched.name, attached.error().message);
    watched.complained = true;
    return;
  }
  watched.complained = false;
  watched.index = index;
  watched.attachments = std::move(*attached);
  if (watched.is_wanted_back)
    spdlog::info("{} has returned and is watched again", watched.name);
  else
    spdlog::info("{} is watched", watched.name);
}

void Watch::watch_too(std::vector<std::string> names) {
  others_ = std::move(names);
  if (!std::exchange(awaits_others_, false)) return;
  follow();
  forget_the_rest();
}

// What only fitted, or was asked for, and is there no more or is not asked for any more.
void Watch::forget_the_unwanted() {
  const std::vector<std::string> others = others_that_are_there();
  const std::size_t forgotten = std::erase_if(watched_, [&](const Watched& watched) {
    const bool is_wanted = watched.is_wanted_back || std::ranges::find(others, watched.name) != others.end();
    if (!is_wanted && watched.index != 0) spdlog::info("{} is not watched any more", watched.name);
    return !is_wanted;
  });
  if (forgotten > 0) forget_the_rest();
}

void Watch::follow() {
  const std::lock_guard lock(mutex_);
  for (Watched& watched : watched_) {
    const auto index = static_cast<int>(if_nametoindex(watched.name.c_str()));
    if (watched.index != 0 && index != watched.index) leave(watched);
    if (watched.index == 0 && index != 0) enter(watched, index);
  }
  forget_the_unwanted();
  add_those_that_fit();
}

std::vector<std::string> Watch::interfaces() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const Watched& watched : watched_)
    if (watched.index != 0) names.push_back(watched.name);
  return names;
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
