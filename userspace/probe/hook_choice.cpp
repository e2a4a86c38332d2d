// SPDX-License-Identifier: Apache-2.0
#include "probe/hook_choice.h"

#include <bpf/libbpf.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/file_descriptor.h"
#include "probe/xdp_trial.h"

namespace sipsonde {
namespace {

bool is_physical(const std::string& name) {
  std::error_code ignored;
  return std::filesystem::exists("/sys/class/net/" + name + "/device", ignored);
}

bool xdp_slot_is_free(int interface) {
  LIBBPF_OPTS(bpf_xdp_query_opts, query);
  return bpf_xdp_query(interface, 0, &query) == 0 && query.prog_id == 0 && query.drv_prog_id == 0 &&
         query.skb_prog_id == 0;
}

}  // namespace

IngressHook choose_ingress(Attach how, const Device& device) {
  switch (how) {
    case Attach::xdp:
      return IngressHook::xdp;
    case Attach::xdp_generic:
      return IngressHook::xdp_generic;
    case Attach::tc:
    case Attach::clsact:
      return IngressHook::tc;
    case Attach::automatic:
      break;
  }
  return is_physical(device.name) && xdp_proven(device.name) && xdp_slot_is_free(device.index)
             ? IngressHook::xdp
             : IngressHook::tc;
}

bool wants_xdp(Attach how, const std::vector<std::string>& interfaces) {
  if (how == Attach::xdp || how == Attach::xdp_generic) return true;
  return std::any_of(interfaces.begin(), interfaces.end(), [&](const std::string& name) {
    return choose_ingress(how, Device{name, static_cast<int>(if_nametoindex(name.c_str()))}) !=
           IngressHook::tc;
  });
}

bool is_loopback_device(const std::string& name) {
  const FileDescriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  ifreq request{};
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  return socket && ioctl(socket.get(), SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_LOOPBACK);
}

}  // namespace sipsonde
