// SPDX-License-Identifier: Apache-2.0
// Questions to the kernel over netlink (RFC 3549). Asking the kernel, rather than reading sysfs, gives the
// answer of this process's network namespace whatever is mounted at /sys.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace sipsonde {

using Bytes = std::span<const std::uint8_t>;

// One attribute; views the bytes it was found in.
struct NetlinkAttribute {
  std::uint16_t type = 0;  // without the flags for nested and network order
  Bytes payload;

  // The number, when the payload is at least that long.
  template <typename T>
  std::optional<T> number() const {
    T value;
    if (payload.size() < sizeof value) return std::nullopt;
    std::memcpy(&value, payload.data(), sizeof value);
    return value;
  }
  std::string text() const;  // up to its NUL
};

// The attributes in `bytes`, in order; stops at the first whose length is impossible.
std::vector<NetlinkAttribute> netlink_attributes(Bytes bytes);

// The first of a type; an empty one of type 0 when there is none.
NetlinkAttribute find_attribute(const std::vector<NetlinkAttribute>& attributes, std::uint16_t type);

class NetlinkRequest {
 public:
  // `family_header` is the structure that follows the message header: ifinfomsg, tcmsg, genlmsghdr.
  template <typename Header>
  NetlinkRequest(std::uint16_t type, std::uint16_t flags, const Header& family_header)
      : NetlinkRequest(type, flags,
                       Bytes(reinterpret_cast<const std::uint8_t*>(&family_header), sizeof(Header))) {}

  void add(std::uint16_t type, Bytes payload);
  void add(std::uint16_t type, std::uint32_t number);
  void add(std::uint16_t type, std::string_view text);

  std::vector<std::uint8_t>& bytes() { return bytes_; }

 private:
  NetlinkRequest(std::uint16_t type, std::uint16_t flags, Bytes family_header);
  void append(Bytes bytes);

  std::vector<std::uint8_t> bytes_;
};

class NetlinkSocket {
 public:
  static Result<NetlinkSocket> open(int protocol);

  // What follows the message header in each answer.
  Result<std::vector<std::vector<std::uint8_t>>> ask(NetlinkRequest request);

 private:
  explicit NetlinkSocket(FileDescriptor socket) : socket_(std::move(socket)) {}

  FileDescriptor socket_;
};

}  // namespace sipsonde
