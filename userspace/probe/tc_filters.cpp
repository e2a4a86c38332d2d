// SPDX-License-Identifier: Apache-2.0
#include "probe/tc_filters.h"

#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/file_descriptor.h"

namespace sipsonde {
namespace {

struct DumpRequest {
  nlmsghdr header;
  tcmsg filter;
};

DumpRequest dump_request(int interface, sipsonde_flow flow) {
  DumpRequest request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETTFILTER;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.filter.tcm_family = AF_UNSPEC;
  request.filter.tcm_ifindex = interface;
  request.filter.tcm_parent =
      TC_H_MAKE(TC_H_CLSACT, flow == SIPSONDE_FLOW_ingress ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS);
  return request;
}

std::string text_of(const rtattr* attribute) {
  const auto* text = static_cast<const char*>(RTA_DATA(attribute));
  return {text, strnlen(text, RTA_PAYLOAD(attribute))};
}

std::string hex_of(const rtattr* attribute) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto* bytes = static_cast<const unsigned char*>(RTA_DATA(attribute));
  std::string out;
  for (std::size_t i = 0; i < RTA_PAYLOAD(attribute); ++i) {
    out.push_back(kDigits[bytes[i] >> 4]);
    out.push_back(kDigits[bytes[i] & 15]);
  }
  return out;
}

// netlink's macros walk with signed lengths and C casts.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wconversion"

void read_options(const rtattr* options, TcFilter& filter) {
  int rest = RTA_PAYLOAD(options);
  for (auto* at = static_cast<const rtattr*>(RTA_DATA(options)); RTA_OK(at, rest); at = RTA_NEXT(at, rest)) {
    const int type = at->rta_type & NLA_TYPE_MASK;
    if (type == TCA_BPF_NAME) filter.name = text_of(at);
    if (type == TCA_BPF_TAG) filter.tag = hex_of(at);
  }
}

TcFilter read_filter(const nlmsghdr* message) {
  const auto* head = static_cast<const tcmsg*>(NLMSG_DATA(message));
  TcFilter filter;
  filter.handle = head->tcm_handle;
  filter.priority = static_cast<std::uint16_t>(head->tcm_info >> 16);
  int rest = message->nlmsg_len - NLMSG_LENGTH(sizeof *head);
  auto* at = reinterpret_cast<const rtattr*>(reinterpret_cast<const char*>(head) + NLMSG_ALIGN(sizeof *head));
  const rtattr* options = nullptr;
  for (; RTA_OK(at, rest); at = RTA_NEXT(at, rest)) {
    const int type = at->rta_type & NLA_TYPE_MASK;
    if (type == TCA_KIND) filter.kind = text_of(at);
    if (type == TCA_OPTIONS) options = at;
  }
  if (options && filter.kind == "bpf") read_options(options, filter);
  return filter;
}

// Takes the messages of one datagram. Returns false when the dump has ended.
bool read_datagram(const char* bytes, std::size_t length, std::vector<TcFilter>& filters) {
  auto rest = static_cast<unsigned>(length);
  for (auto* message = reinterpret_cast<const nlmsghdr*>(bytes); NLMSG_OK(message, rest);
       message = NLMSG_NEXT(message, rest)) {
    if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return false;
    // A dump lists each priority first with handle 0, without a filter.
    if (message->nlmsg_type == RTM_NEWTFILTER)
      if (TcFilter filter = read_filter(message); filter.handle != 0) filters.push_back(std::move(filter));
  }
  return true;
}
#pragma GCC diagnostic pop

}  // namespace

Result<std::vector<TcFilter>> list_filters(int interface, sipsonde_flow flow) {
  FileDescriptor socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
  if (!socket) return Error{std::string("list tc filters: ") + std::strerror(errno)};
  const DumpRequest request = dump_request(interface, flow);
  if (send(socket.get(), &request, sizeof request, 0) < 0)
    return Error{std::string("list tc filters: ") + std::strerror(errno)};
  std::vector<TcFilter> filters;
  alignas(nlmsghdr) std::array<char, 65536> bytes;
  for (;;) {
    const ssize_t length = recv(socket.get(), bytes.data(), bytes.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return Error{std::string("list tc filters: ") + std::strerror(errno)};
    if (length == 0 || !read_datagram(bytes.data(), static_cast<std::size_t>(length), filters))
      return filters;
  }
}

}  // namespace sipsonde
