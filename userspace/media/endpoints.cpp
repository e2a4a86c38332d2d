// SPDX-License-Identifier: Apache-2.0
#include "media/endpoints.h"

#include <algorithm>
#include <cstring>

#include "media/codec.h"

namespace sipsonde {
namespace {

constexpr std::uint16_t kDiscardPort = 9;
constexpr unsigned kPortMax = 0xffff;
constexpr unsigned kPortPairsMax = 8;  // of one m-line

bool can_receive(const Address& address, unsigned port) {
  return port != 0 && port <= kPortMax && port != kDiscardPort && !is_unspecified(address) &&
         !is_multicast(address);
}

bool needs_rtpmap(const PayloadType& type, std::uint8_t codec) {
  return codec_of(codec) > SIPSONDE_CODEC_other && codec != packed_codec_of(type.number);
}

// False when it does not fit; a type that is there already keeps its codec.
bool add_payload(sipsonde_endpoint& value, std::uint8_t payload_type, std::uint8_t codec) {
  for (auto& entry : value.payload) {
    if (entry.codec != 0 && entry.payload_type != payload_type) continue;
    if (entry.codec == 0) entry = {payload_type, codec};
    return true;
  }
  return false;
}

bool add_payloads(sipsonde_endpoint& value, const sipsonde_endpoint& more) {
  bool fits = true;
  for (const auto& entry : more.payload) {
    if (entry.codec == 0) break;
    fits = add_payload(value, entry.payload_type, entry.codec) && fits;
  }
  return fits;
}

class Collection {
 public:
  Collection(std::uint32_t call_hash, MediaEndpoints& endpoints)
      : call_hash_(call_hash), endpoints_(endpoints) {}

  void begin(const MediaDescription& media, std::uint8_t index) {
    types_ = {};
    if (!fill_payload_types(media, types_)) endpoints_.cut = true;
    index_ = index;
  }

  // Its types come to the addresses of `place`: of the medium itself, or of its BUNDLE group.
  void add(const MediaDescription& place) {
    if (!is_over_tcp(place.protocol)) add_named(place);
    for (const IceCandidate& candidate : place.candidates) {
      const bool for_rtp = candidate.component == 1;
      add(candidate.endpoint.address, candidate.endpoint.port, for_rtp, !for_rtp || place.rtcp_mux);
    }
  }

 private:
  void add_named(const MediaDescription& place) {
    const bool next_port = place.rtcp_port == 0 && !place.rtcp_mux;
    const unsigned pairs = std::min<unsigned>(place.port_count, kPortPairsMax);
    if (pairs < place.port_count) endpoints_.cut = true;
    if (place.connection.is_address) {
      for (unsigned port = place.port; port < place.port + 2 * pairs; port += 2) {
        if (port == kDiscardPort) continue;
        add(place.connection.address, port, true, place.rtcp_mux);
        if (next_port) add(place.connection.address, port + 1, false, true);
      }
    }
    const bool elsewhere = !place.rtcp_connection.text.empty();
    const ConnectionData& rtcp = elsewhere ? place.rtcp_connection : place.connection;
    if (rtcp.is_address) add(rtcp.address, place.rtcp_port, false, true);
  }

  void add(const Address& address, unsigned port, bool rtp, bool rtcp) {
    if (!can_receive(address, port)) return;
    MediaEndpoint* const endpoint = find_or_add(address, static_cast<std::uint16_t>(port));
    if (!endpoint) {
      endpoints_.cut = true;
      return;
    }
    endpoint->rtp = endpoint->rtp || rtp;
    endpoint->rtcp = endpoint->rtcp || rtcp;
    if (rtp && !add_payloads(endpoint->value, types_)) endpoints_.cut = true;
  }

  MediaEndpoint* find_or_add(const Address& address, std::uint16_t port) {
    for (MediaEndpoint& known : endpoints_.list) {
      if (known.key.port == port && std::memcmp(known.key.address, address.data(), address.size()) == 0)
        return &known;
    }
    MediaEndpoint fresh{};
    std::copy(address.begin(), address.end(), fresh.key.address);
    fresh.key.port = port;
    fresh.value.call_hash = call_hash_;
    fresh.media = index_;
    return endpoints_.list.add(fresh) ? endpoints_.list.end() - 1 : nullptr;
  }

  std::uint32_t call_hash_;
  MediaEndpoints& endpoints_;
  sipsonde_endpoint types_{};
  std::uint8_t index_ = 0;
};

}  // namespace

bool fill_payload_types(const MediaDescription& media, sipsonde_endpoint& value) {
  bool fits = true;
  for (const bool explained : {true, false}) {
    for (const PayloadType& type : media.payload_types) {
      const std::uint8_t codec = packed_codec_of(type);
      if (needs_rtpmap(type, codec) == explained) fits = add_payload(value, type.number, codec) && fits;
    }
  }
  return fits;
}

void find_endpoints(const SessionDescription& description, std::uint32_t call_hash,
                    MediaEndpoints& endpoints) {
  endpoints.list.clear();
  endpoints.cut = false;
  Collection collection(call_hash, endpoints);
  for (std::size_t i = 0; i < description.media.size(); ++i) {
    const MediaDescription& media = description.media[i];
    const auto index = static_cast<std::uint8_t>(i);
    const bool bundled = media.bundled_in != kNoMedia;
    // bundle-only: it has the group's address alone, and the port 0 does not refuse it (RFC 9143 section 6).
    const bool in_use = media.port != 0 || (media.bundle_only && bundled);
    if (!carries_rtp(media.protocol) || !in_use) continue;
    collection.begin(media, index);
    if (media.port != 0) collection.add(media);
    if (bundled && media.bundled_in != index) collection.add(description.media[media.bundled_in]);
  }
}

}  // namespace sipsonde
