// SPDX-License-Identifier: Apache-2.0
#include "probe/clsact_filter.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/labels.h"
#include "probe/tc_filters.h"

namespace sipsonde {
namespace {

constexpr std::uint32_t kHandle = 0x51b0de;  // ours; any other handle is somebody else's
constexpr std::uint32_t kLastPriority = 16;
constexpr const char* kRecordFolder = "/run/sipsonde";
constexpr const char* kRecord = "/run/sipsonde/clsact-tags";

bpf_tc_attach_point attach_point(sipsonde_flow flow) {
  return flow == SIPSONDE_FLOW_ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS;
}

int detach(int interface, sipsonde_flow flow, std::uint32_t priority) {
  LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = interface, .attach_point = attach_point(flow));
  LIBBPF_OPTS(bpf_tc_opts, options, .handle = kHandle, .priority = priority);
  return bpf_tc_detach(&hook, &options);
}

bool is_empty(int interface) {
  for (const sipsonde_flow flow : {SIPSONDE_FLOW_ingress, SIPSONDE_FLOW_egress}) {
    const auto filters = list_filters(interface, flow);
    if (!filters || !filters->empty()) return false;
  }
  return true;
}

// One tag a line: programs of other builds of ours that were attached since the host started.
std::vector<std::string> recorded_tags() {
  std::vector<std::string> tags;
  std::ifstream file(kRecord);
  for (std::string line; std::getline(file, line);) tags.push_back(line);
  return tags;
}

void record_tag(const std::string& tag) {
  const auto tags = recorded_tags();
  if (tag.empty() || std::find(tags.begin(), tags.end(), tag) != tags.end()) return;
  std::error_code ignored;  // without a record a leftover of this very build is still recognised
  std::filesystem::create_directories(kRecordFolder, ignored);
  std::ofstream(kRecord, std::ios::app) << tag << '\n';
}

bool is_ours(const TcFilter& filter, const std::vector<std::string>& tags) {
  const std::string name = filter.name.substr(0, filter.name.find(':'));
  return filter.kind == "bpf" && filter.handle == kHandle &&
         (name == "sipsonde_in" || name == "sipsonde_out") &&
         std::find(tags.begin(), tags.end(), filter.tag) != tags.end();
}

// nullopt: nothing of ours is there.
std::optional<std::uint32_t> priority_of_ours(int interface, sipsonde_flow flow,
                                              const std::vector<std::string>& tags) {
  const auto filters = list_filters(interface, flow);
  if (!filters) return std::nullopt;
  for (const TcFilter& filter : *filters)
    if (is_ours(filter, tags)) return filter.priority;
  return std::nullopt;
}

void remove_from(int interface, const std::string& name, const std::vector<std::string>& tags,
                 std::vector<std::string>& said) {
  for (const sipsonde_flow flow : {SIPSONDE_FLOW_ingress, SIPSONDE_FLOW_egress}) {
    const auto filters = list_filters(interface, flow);
    if (!filters) continue;
    for (const TcFilter& filter : *filters) {
      if (!is_ours(filter, tags)) continue;
      const int failure = detach(interface, flow, filter.priority);
      said.push_back("removed the filter of an earlier run from " + name + " " + std::string(label(flow)) +
                     (failure ? std::string(": ") + std::strerror(-failure) : std::string()));
    }
  }
}

}  // namespace

Result<std::shared_ptr<ClsactQdisc>> ClsactQdisc::open(int interface, const std::string& name) {
  LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = interface,
              .attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS));
  const int failure = -bpf_tc_hook_create(&hook);
  if (failure && failure != EEXIST)
    return Error{"make a clsact qdisc on " + name + ": " + std::strerror(failure) +
                 (failure == EPERM ? "; run as root or with CAP_NET_ADMIN" : "")};
  return std::shared_ptr<ClsactQdisc>(new ClsactQdisc(interface, failure == 0));
}

ClsactQdisc::~ClsactQdisc() {
  if (!made_ || !is_empty(interface_)) return;
  LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = interface_,
              .attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS));
  bpf_tc_hook_destroy(&hook);
}

Result<std::unique_ptr<ClsactFilter>> ClsactFilter::attach(std::shared_ptr<ClsactQdisc> qdisc,
                                                           sipsonde_flow flow, int program_fd,
                                                           const std::string& interface_name,
                                                           Lasting lasting) {
  record_tag(program_tag(program_fd));
  int failure = 0;
  if (const auto earlier = lasting == Lasting::beyond_the_agent
                               ? priority_of_ours(qdisc->interface(), flow, recorded_tags())
                               : std::nullopt) {
    LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = qdisc->interface(), .attach_point = attach_point(flow));
    LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = program_fd, .flags = BPF_TC_F_REPLACE, .handle = kHandle,
                .priority = *earlier);
    if (bpf_tc_attach(&hook, &options) == 0)
      return std::unique_ptr<ClsactFilter>(new ClsactFilter(std::move(qdisc), flow, *earlier, lasting));
    detach(qdisc->interface(), flow, *earlier);
  }
  for (std::uint32_t priority = 1; priority <= kLastPriority; ++priority) {
    LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = qdisc->interface(), .attach_point = attach_point(flow));
    LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = program_fd, .handle = kHandle, .priority = priority);
    failure = -bpf_tc_attach(&hook, &options);
    if (!failure)
      return std::unique_ptr<ClsactFilter>(new ClsactFilter(std::move(qdisc), flow, priority, lasting));
    if (failure == EPERM || failure == ENODEV) break;  // else the priority holds filters of another kind
  }
  return Error{"attach a filter to " + interface_name + " " + std::string(label(flow)) + ": " +
               std::strerror(failure) + (failure == EPERM ? "; run as root or with CAP_NET_ADMIN" : "")};
}

ClsactFilter::~ClsactFilter() {
  if (lasting_ == Lasting::as_long_as_this) detach(qdisc_->interface(), flow_, priority_);
}

std::string program_tag(int program_fd) {
  bpf_prog_info info{};
  __u32 length = sizeof info;
  if (program_fd < 0 || bpf_obj_get_info_by_fd(program_fd, &info, &length)) return {};
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : info.tag) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::vector<std::string> remove_leftover_filters(int interface, const std::vector<std::string>& tags) {
  std::vector<std::string> known = recorded_tags();
  known.insert(known.end(), tags.begin(), tags.end());
  std::vector<std::string> said;
  struct if_nameindex* all = if_nameindex();
  for (auto* one = all; one && one->if_index; ++one)
    if (interface == 0 || static_cast<int>(one->if_index) == interface)
      remove_from(static_cast<int>(one->if_index), one->if_name, known, said);
  if (all) if_freenameindex(all);
  return said;
}

}  // namespace sipsonde
