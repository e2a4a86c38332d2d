// SPDX-License-Identifier: Apache-2.0
// Ethernet frames for tests, built outside in: FrameBuilder().vlan(7).ipv4("192.0.2.1",
// "192.0.2.2").udp(5060, 5060).payload("OPTIONS …").bytes(). Lengths and the checksum of an IPv4 header
// are filled in; those of UDP are not, nobody here reads them.
#pragma once

#include <arpa/inet.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde::testing {

class FrameBuilder {
 public:
  FrameBuilder& vlan(std::uint16_t id, std::uint16_t type = 0x8100) {
    tags_ += number16(type) + number16(id);
    return *this;
  }
  FrameBuilder& ipv4(const char* source, const char* destination) {
    family_ = AF_INET;
    return addresses(source, destination);
  }
  FrameBuilder& ipv6(const char* source, const char* destination) {
    family_ = AF_INET6;
    return addresses(source, destination);
  }
  // IPv4 only; a multiple of four bytes.
  FrameBuilder& options(std::string bytes) {
    options_ = std::move(bytes);
    return *this;
  }
  // IPv6 only; `body` without the next-header byte that comes first; a multiple of eight with it.
  FrameBuilder& extension(std::uint8_t type, std::string body) {
    extensions_.push_back({type, std::move(body)});
    return *this;
  }
  FrameBuilder& fragment(std::uint16_t id, std::uint16_t offset, bool more) {
    fragmented_ = true;
    fragment_id_ = id;
    fragment_offset_ = offset;
    more_fragments_ = more;
    return *this;
  }
  FrameBuilder& udp(std::uint16_t source, std::uint16_t destination) {
    udp_ = number16(source) + number16(destination);
    return *this;
  }
  // `options` are a multiple of four bytes.
  FrameBuilder& tcp(std::uint16_t source, std::uint16_t destination, std::uint32_t sequence,
                    std::uint8_t flags, std::string_view options = {}) {
    tcp_ = number16(source) + number16(destination) + number16(sequence >> 16) + number16(sequence) +
           std::string(4, '\0') + static_cast<char>((5 + options.size() / 4) << 4) +
           static_cast<char>(flags) + number16(65535) + std::string(4, '\0') + std::string(options);
    protocol_ = 6;
    return *this;
  }
  FrameBuilder& protocol(std::uint8_t number) {  // of a payload that is no UDP
    protocol_ = number;
    return *this;
  }
  FrameBuilder& udp_length(std::uint16_t length) {  // a lie about the datagram's length
    udp_length_ = length;
    return *this;
  }
  FrameBuilder& payload(std::string_view bytes) {
    payload_ = bytes;
    return *this;
  }

  std::string bytes() const {
    std::string datagram;
    if (!udp_.empty()) {
      const auto length = udp_length_ ? udp_length_ : static_cast<std::uint16_t>(8 + payload_.size());
      datagram = udp_ + number16(length) + std::string(2, '\0');
    }
    datagram += tcp_ + payload_;
    return std::string(12, '\2') + tags_ +
           (family_ == AF_INET ? ipv4_packet(datagram) : ipv6_packet(datagram));
  }

 private:
  struct Extension {
    std::uint8_t type;
    std::string body = {};
  };

  static std::string number16(unsigned value) {
    return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
  }

  // RFC 1071, of a header whose checksum field is left out.
  static unsigned checksum(std::string_view header) {
    unsigned sum = 0;
    for (std::size_t i = 0; i + 1 < header.size(); i += 2)
      sum += static_cast<unsigned>(static_cast<unsigned char>(header[i]) << 8 |
                                   static_cast<unsigned char>(header[i + 1]));
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
  }

  FrameBuilder& addresses(const char* source, const char* destination) {
    const std::size_t size = family_ == AF_INET ? 4 : 16;
    std::string both(2 * size, '\0');
    inet_pton(family_, source, both.data());
    inet_pton(family_, destination, both.data() + size);
    addresses_ = std::move(both);
    return *this;
  }

  std::string ipv4_packet(const std::string& datagram) const {
    const unsigned header = 20 + static_cast<unsigned>(options_.size());
    std::string packet = number16(0x0800);
    packet.push_back(static_cast<char>(0x40 | header / 4));
    packet.push_back('\0');
    packet += number16(static_cast<unsigned>(header + datagram.size()));
    packet += number16(fragment_id_);
    packet += number16((more_fragments_ ? 0x2000u : 0u) | fragment_offset_ / 8u);
    packet.push_back('\x40');
    packet.push_back(static_cast<char>(protocol_));
    const std::string rest = addresses_ + options_;
    return packet + number16(checksum(packet.substr(2) + rest)) + rest + datagram;
  }

  std::string ipv6_packet(const std::string& datagram) const {
    std::vector<Extension> chain = extensions_;
    if (fragmented_)
      chain.push_back({44, std::string(1, '\0') + number16(fragment_offset_ | (more_fragments_ ? 1u : 0u)) +
                               number16(0) + number16(fragment_id_)});
    std::string body = {};
    for (std::size_t i = 0; i < chain.size(); ++i) {
      body.push_back(static_cast<char>(i + 1 < chain.size() ? chain[i + 1].type : protocol_));
      body += chain[i].body;
    }
    body += datagram;
    std::string packet = number16(0x86dd) + std::string("\x60\0\0\0", 4);
    packet += number16(static_cast<unsigned>(body.size()));
    packet.push_back(static_cast<char>(chain.empty() ? protocol_ : chain[0].type));
    packet.push_back('\x40');
    return packet + addresses_ + body;
  }

  int family_ = AF_INET;
  std::string tags_, addresses_ = std::string(8, '\1'), options_, udp_, tcp_, payload_;
  std::vector<Extension> extensions_;
  bool fragmented_ = false, more_fragments_ = false;
  std::uint8_t protocol_ = 17;
  std::uint16_t fragment_id_ = 0, fragment_offset_ = 0, udp_length_ = 0;
};

// A well-formed request or response; `extra` are header lines, each with its line end.
struct MessageParts {
  std::string start = "INVITE sip:bob@example.com SIP/2.0";
  std::string branch = "z9hG4bK74b43";
  std::string call_id = "f81d4fae@192.0.2.1";
  std::string cseq = "1 INVITE";
  std::string to_tag = {};
  std::string extra = {};
  std::string body = {};
};

inline std::string message(const MessageParts& parts) {
  return parts.start + "\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=" + parts.branch +
         "\r\nMax-Forwards: 70\r\nFrom: \"Alice\" <sip:alice@example.com>;tag=9fxced76sl\r\nTo: Bob "
         "<sip:bob@example.com>" +
         (parts.to_tag.empty() ? "" : ";tag=" + parts.to_tag) + "\r\nCall-ID: " + parts.call_id +
         "\r\nCSeq: " + parts.cseq + "\r\n" + parts.extra +
         "Content-Length: " + std::to_string(parts.body.size()) + "\r\n\r\n" + parts.body;
}

}  // namespace sipsonde::testing
