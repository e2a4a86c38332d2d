// SPDX-License-Identifier: Apache-2.0
// Any bytes as a session description, or as a body whose first line is its Content-Type: every view lies
// inside them, nothing goes beyond its bounds, and each endpoint is one that a host can have.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "decode/session_body.h"
#include "media/codec.h"
#include "media/endpoints.h"

namespace sipsonde {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_inside(std::string_view view, std::string_view bytes) {
  if (view.empty()) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
  const auto at = reinterpret_cast<std::uintptr_t>(view.data());
  require(at >= begin && at + view.size() <= begin + bytes.size());
}

void require_inside(const SectionDescription& section, std::string_view body) {
  require_inside(section.connection.text, body);
  require_inside(section.tls_id, body);
  require(section.flow != MediaFlow::unknown);
  for (const Fingerprint& fingerprint : section.fingerprints) {
    require_inside(fingerprint.hash, body);
    require_inside(fingerprint.digest, body);
  }
}

void require_sound(const MediaDescription& media, std::size_t media_count, std::string_view body) {
  require_inside(media, body);
  for (const std::string_view view :
       {media.port_text, media.format_text, media.rtcp_connection.text, media.mid})
    require_inside(view, body);
  for (const PayloadType& type : media.payload_types) {
    require(type.number < 128);
    require_inside(type.encoding, body);
    require_inside(type.parameters, body);
  }
  for (const IceCandidate& candidate : media.candidates)
    require((candidate.component == 1 || candidate.component == 2) && candidate.endpoint.port != 0);
  require(media.port_count > 0);
  require(media.bundled_in == kNoMedia || media.bundled_in < media_count);
}

void require_sound(const MediaEndpoints& endpoints, std::size_t media_count) {
  for (const MediaEndpoint& one : endpoints.list) {
    Address address;
    std::copy(std::begin(one.key.address), std::end(one.key.address), address.begin());
    require(!is_unspecified(address) && !is_multicast(address) && one.key.port != 0);
    require((one.rtp || one.rtcp) && one.media < media_count);
    require(one.rtp || one.value.payload[0].codec == 0);
  }
}

void check(std::string_view body) {
  static SessionDescription description;
  static MediaEndpoints endpoints;
  if (!decode_session_description(body, description)) return;
  require_inside(description.session, body);
  for (const MediaDescription& media : description.media)
    require_sound(media, description.media.size(), body);
  for (const std::string_view mids : description.bundles) require_inside(mids, body);
  find_endpoints(description, 1, endpoints);
  require_sound(endpoints, description.media.size());
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  sipsonde::check(bytes);
  const std::size_t line_end = std::min(bytes.find('\n'), bytes.size());
  const std::string_view body = bytes.substr(std::min(line_end + 1, bytes.size()));
  const std::string_view found = sipsonde::sdp_in_body(bytes.substr(0, line_end), body);
  sipsonde::require_inside(found, body);
  sipsonde::check(found);
  return 0;
}
