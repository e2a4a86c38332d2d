// SPDX-License-Identifier: Apache-2.0
#include "probe/attachment.h"

#include <bpf/bpf.h>
#include <linux/if_link.h>

#include <cerrno>
#include <cstring>

#include "base/labels.h"
#include "probe/kernel_constants.h"

namespace sipsonde {
namespace {

Error xdp_error(const Device& device, int code) {
  const std::string what = "attach xdp to " + device.name + ": ";
  switch (code) {
    case EBUSY:
    case EEXIST:
      return Error{what + "another XDP program is there; remove it, or use attach: tc"};
    case ERANGE:
      return Error{what + "the driver takes no XDP at this MTU; lower it, or use attach: tc"};
    case EOPNOTSUPP:
      return Error{what + "the driver has no native XDP; use attach: tc, or attach: xdp-generic"};
    case EPERM:
      return Error{what + "not permitted; run as root or with CAP_BPF and CAP_NET_ADMIN"};
    default:
      return Error{what + std::strerror(code) + "; use attach: tc"};
  }
}

// A link of an earlier run, now with this program.
FileDescriptor take_over(const Probe& probe, const Device& device, sipsonde_flow flow,
                         const std::string& hook, int program) {
  if (!probe.pins()) return {};
  probe.pins()->make_way(device.index, flow, hook);
  return probe.pins()->take_over(device.index, flow, hook, program);
}

Result<AttachedProgram> kept(const Probe& probe, AttachedProgram attached) {
  if (!probe.pins()) return attached;
  const int link = std::get<FileDescriptor>(attached.holder).get();
  auto done = probe.pins()->keep_link(attached.device.index, attached.flow, attached.hook, link);
  if (!done) return done.error();
  return attached;
}

}  // namespace

Result<AttachedProgram> attach_xdp(const Probe& probe, const Device& device, XdpMode mode) {
  const int program = probe.program_fd(Program::xdp);
  if (program < 0) return xdp_error(device, EOPNOTSUPP);
  const std::string hook = mode == XdpMode::native ? "xdp" : "xdp-generic";
  FileDescriptor link = take_over(probe, device, SIPSONDE_FLOW_ingress, hook, program);
  if (!link) {
    LIBBPF_OPTS(bpf_link_create_opts, options,
                .flags = mode == XdpMode::native ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE);
    link = FileDescriptor(bpf_link_create(program, device.index, BPF_XDP, &options));
    if (!link) return xdp_error(device, errno);
  }
  return kept(probe, AttachedProgram{device, SIPSONDE_FLOW_ingress, hook, std::move(link)});
}

Result<AttachedProgram> attach_tcx(const Probe& probe, const Device& device, sipsonde_flow flow,
                                   bool& unsupported) {
  const bool ingress = flow == SIPSONDE_FLOW_ingress;
  const int program = probe.program_fd(ingress ? Program::tc_ingress : Program::tc_egress);
  FileDescriptor link = take_over(probe, device, flow, "tcx", program);
  if (!link) {
    LIBBPF_OPTS(bpf_link_create_opts, options, .flags = kBefore);
    link = FileDescriptor(bpf_link_create(
        program, device.index, static_cast<bpf_attach_type>(ingress ? kTcxIngress : kTcxEgress), &options));
  }
  unsupported = !link && (errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS);
  if (!link)
    return Error{"attach tcx to " + device.name + " " + std::string(label(flow)) + ": " +
                 std::strerror(errno) +
                 (errno == EPERM ? "; run as root or with CAP_BPF and CAP_NET_ADMIN" : "")};
  return kept(probe, AttachedProgram{device, flow, "tcx", std::move(link)});
}

Result<AttachedProgram> attach_clsact(const Probe& probe, const Device& device, sipsonde_flow flow,
                                      const std::shared_ptr<ClsactQdisc>& qdisc) {
  const Program program = flow == SIPSONDE_FLOW_ingress ? Program::tc_ingress : Program::tc_egress;
  const auto lasting = probe.pins() ? Lasting::beyond_the_agent : Lasting::as_long_as_this;
  if (probe.pins()) probe.pins()->make_way(device.index, flow, "clsact");
  auto filter = ClsactFilter::attach(qdisc, flow, probe.program_fd(program), device.name, lasting);
  if (!filter) return filter.error();
  return AttachedProgram{device, flow, "clsact", std::move(*filter)};
}

}  // namespace sipsonde
