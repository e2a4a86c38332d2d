// SPDX-License-Identifier: Apache-2.0
#include "probe/netlink.h"

#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>

namespace sipsonde {
namespace {

constexpr std::size_t aligned(std::size_t length) {
  return (length + NLMSG_ALIGNTO - 1) & ~std::size_t{NLMSG_ALIGNTO - 1};
}

Error netlink_error(int code) {
  return Error{std::string("netlink: ") + std::strerror(code), 1};
}

// One datagram of answers. Returns whether more will come.
Result<bool> take_answers(Bytes datagram, std::vector<std::vector<std::uint8_t>>& answers) {
  bool more = false;
  while (datagram.size() >= sizeof(nlmsghdr)) {
    nlmsghdr header;
    std::memcpy(&header, datagram.data(), sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) return netlink_error(EPROTO);
    const Bytes payload = datagram.subspan(sizeof header, header.nlmsg_len - sizeof header);
    if (header.nlmsg_type == NLMSG_DONE) return false;
    if (header.nlmsg_type == NLMSG_ERROR) {
      std::int32_t code = 0;
      if (payload.size() < sizeof code) return netlink_error(EPROTO);
      std::memcpy(&code, payload.data(), sizeof code);
      if (code != 0) return netlink_error(-code);
      return false;
    }
    answers.emplace_back(payload.begin(), payload.end());
    more = (header.nlmsg_flags & NLM_F_MULTI) != 0;
    datagram = datagram.subspan(std::min(aligned(header.nlmsg_len), datagram.size()));
  }
  return more;
}

}  // namespace

std::string NetlinkAttribute::text() const {
  const auto end = std::find(payload.begin(), payload.end(), 0);
  return {payload.begin(), end};
}

std::vector<NetlinkAttribute> netlink_attributes(Bytes bytes) {
  std::vector<NetlinkAttribute> attributes;
  while (bytes.size() >= sizeof(nlattr)) {
    nlattr header;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.nla_len < sizeof header || header.nla_len > bytes.size()) break;
    attributes.push_back({static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
                          bytes.subspan(sizeof header, header.nla_len - sizeof header)});
    bytes = bytes.subspan(std::min(aligned(header.nla_len), bytes.size()));
  }
  return attributes;
}

NetlinkAttribute find_attribute(const std::vector<NetlinkAttribute>& attributes, std::uint16_t type) {
  const auto same = [type](const NetlinkAttribute& attribute) { return attribute.type == type; };
  const auto found = std::find_if(attributes.begin(), attributes.end(), same);
  return found == attributes.end() ? NetlinkAttribute{} : *found;
}

NetlinkRequest::NetlinkRequest(std::uint16_t type, std::uint16_t flags, Bytes family_header) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  append({reinterpret_cast<const std::uint8_t*>(&header), sizeof header});
  append(family_header);
}

void NetlinkRequest::append(Bytes bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  bytes_.resize(aligned(bytes_.size()));
}

void NetlinkRequest::add(std::uint16_t type, Bytes payload) {
  const nlattr header{.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()),
                      .nla_type = type};
  append({reinterpret_cast<const std::uint8_t*>(&header), sizeof header});
  append(payload);
}

void NetlinkRequest::add(std::uint16_t type, std::uint32_t number) {
  add(type, Bytes(reinterpret_cast<const std::uint8_t*>(&number), sizeof number));
}

void NetlinkRequest::add(std::uint16_t type, std::string_view text) {
  const std::string terminated(text);
  add(type, Bytes(reinterpret_cast<const std::uint8_t*>(terminated.c_str()), terminated.size() + 1));
}

Result<NetlinkSocket> NetlinkSocket::open(int protocol) {
  FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!socket) return netlink_error(errno);
  // The kernel answers at once or never; waiting for ever would hang the doctor.
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return NetlinkSocket(std::move(socket));
}

Result<std::vector<std::vector<std::uint8_t>>> NetlinkSocket::ask(NetlinkRequest request) {
  const auto length = static_cast<std::uint32_t>(request.bytes().size());
  std::memcpy(request.bytes().data(), &length, sizeof length);  // nlmsg_len comes first
  if (send(socket_.get(), request.bytes().data(), length, 0) < 0) return netlink_error(errno);

  std::vector<std::vector<std::uint8_t>> answers;
  std::vector<std::uint8_t> buffer(256 * 1024);
  for (;;) {
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), MSG_TRUNC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return netlink_error(errno);
    if (static_cast<std::size_t>(got) > buffer.size()) return netlink_error(EMSGSIZE);
    const auto more = take_answers(Bytes(buffer.data(), static_cast<std::size_t>(got)), answers);
    if (!more) return more.error();
    if (!*more) return answers;
  }
}

}  // namespace sipsonde
